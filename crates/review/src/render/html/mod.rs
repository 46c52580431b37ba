//! One HTML file that needs nothing else, to be shown to an auditor.
//!
//! Every number that stands for something in the JSON has an attribute `data-...` that names it,
//! by which a test holds the two against each other.

mod overview;
mod practices;
mod registers;
mod tables;

use std::fmt::Write as _;

use trilith_reporter::page::begin;

use super::{Options, scope, text};
use crate::model::Review;

const OWN_STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

pub(super) fn page(review: &Review, options: Options) -> String {
    let mut page = String::with_capacity(1 << 16);
    begin(&format!("Security Pillar review, {}", review.date), OWN_STYLE, &mut page);
    overview::header(review, &mut page);
    overview::bars(review, &mut page);
    overview::comparison(review, &mut page);
    practices::all(review, &mut page);
    practices::findings(review, &mut page);
    registers::accepted(review, &mut page);
    registers::attestations(review, &mut page);
    registers::due(review, options, &mut page);
    tables::responsibility(review, &mut page);
    tables::inventory(review, &mut page);
    tables::frameworks(review, &mut page);
    tables::not_visible(review, &mut page);
    tables::reproduce(review, &mut page);
    let _ = write!(
        page,
        "</main>\n<footer>\n<p>Trilith {}, {}, {}. A review says what templates show and what \
         people vouch for on one day; it certifies nothing.</p>\n</footer>\n<script>\n{SCRIPT}\
         </script>\n</body>\n</html>\n",
        text(&review.tool.version),
        text(&scope(review)),
        text(&review.date)
    );
    page
}

/// A heading with an anchor.
fn heading(id: &str, title: &str, page: &mut String) {
    let _ = writeln!(page, "<h2 id=\"{id}\">{}</h2>", text(title));
}

/// The first row of a table.
fn columns(names: &[&str], page: &mut String) {
    page.push_str("<div class=\"wide\"><table>\n<tr>");
    for name in names {
        let _ = write!(page, "<th>{}</th>", text(name));
    }
    page.push_str("</tr>\n");
}

/// A row of a table, of cells that are HTML already.
fn row(cells: &[String], page: &mut String) {
    page.push_str("<tr>");
    for cell in cells {
        let _ = write!(page, "<td>{cell}</td>");
    }
    page.push_str("</tr>\n");
}

fn end_of_table(page: &mut String) {
    page.push_str("</table></div>\n");
}
