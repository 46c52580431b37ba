//! The inventory on its own.

use std::fmt::Write as _;
use std::io::{self, Write};

use trilith_reporter::{counted, csv_cell, one_line};

use crate::model::{Inventory, StoreRow};

/// How to print an inventory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InventoryFormat {
    /// For people.
    Table,
    /// Comma-separated values: a row for each thing that is listed.
    Csv,
    /// JSON.
    Json,
}

/// Writes an inventory.
pub fn inventory(
    inventory: &Inventory,
    format: InventoryFormat,
    out: &mut dyn Write,
) -> io::Result<()> {
    let text = match format {
        InventoryFormat::Table => table(inventory),
        InventoryFormat::Csv => csv(inventory),
        InventoryFormat::Json => {
            serde_json::to_writer_pretty(&mut *out, inventory).map_err(io::Error::from)?;
            "\n".to_owned()
        }
    };
    out.write_all(text.as_bytes())
}

fn table(inventory: &Inventory) -> String {
    let mut page = String::from("Applications\n");
    let rows = inventory.applications.iter().map(|one| {
        vec![
            one.name.clone(),
            format!("by {}", one.by),
            counted(one.resources, "resource", "resources"),
            counted(one.stores, "store", "stores"),
            if one.untagged > 0 { format!("{} untagged", one.untagged) } else { String::new() },
            if one.owners.is_empty() { "no owner".into() } else { one.owners.join(", ") },
        ]
    });
    aligned(rows.collect(), &mut page);
    page.push_str("\nData\n");
    let head = ["store", "type", "class", "encryption", "exposure", "logs to", "owner", "place"];
    let mut rows = vec![head.map(str::to_owned).to_vec()];
    rows.extend(inventory.stores.iter().map(|one| store(one).to_vec()));
    aligned(rows, &mut page);
    page.push_str("\nResources\n");
    let rows = inventory.types.iter().map(|one| {
        let class = if one.class.is_empty() { "-" } else { &one.class };
        vec![one.resource_type.clone(), class.to_owned(), one.resources.to_string()]
    });
    aligned(rows.collect(), &mut page);
    let _ = writeln!(
        page,
        "\n{}, {}, {}; {} of {} that may have tags have none",
        counted(inventory.resources, "resource", "resources"),
        counted(inventory.applications.len(), "application", "applications"),
        counted(inventory.stores.len(), "store of data", "stores of data"),
        inventory.untagged,
        inventory.taggable,
    );
    page
}

fn store(one: &StoreRow) -> [String; 8] {
    let or = |text: &Option<String>, other: &str| text.clone().unwrap_or_else(|| other.into());
    [
        one.address.clone(),
        one.resource_type.clone(),
        or(&one.classification, "no class"),
        or(&one.encryption, "-"),
        one.exposure.clone(),
        or(&one.logs, "-"),
        or(&one.owner, if one.untagged == "yes" { "untagged" } else { "no owner" }),
        format!("{}:{}", one.file, one.line),
    ]
}

/// Writes rows with their columns aligned.
fn aligned(rows: Vec<Vec<String>>, page: &mut String) {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width =
        |at: usize| rows.iter().filter_map(move |row| row.get(at)).map(|it| it.chars().count());
    let widths: Vec<usize> = (0..columns).map(|at| width(at).max().unwrap_or(0).min(60)).collect();
    for row in &rows {
        let cells = row.iter().enumerate().map(|(at, cell)| {
            let cell = one_line(cell);
            let gap = widths[at].saturating_sub(cell.chars().count());
            format!("{cell}{}", " ".repeat(gap))
        });
        let line = cells.collect::<Vec<_>>().join("  ");
        let _ = writeln!(page, "  {}", line.trim_end());
    }
}

fn csv(inventory: &Inventory) -> String {
    let mut page = String::from(
        "kind,name,type,application,class,encryption,exposure,logs,owner,untagged,file,line,count\n",
    );
    let mut row = |cells: [&str; 13]| {
        let cells: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
        page.push_str(&cells.join(","));
        page.push('\n');
    };
    for one in &inventory.applications {
        let (owners, roots) = (one.owners.join("; "), one.roots.join("; "));
        let (count, bare) = (one.resources.to_string(), one.untagged.to_string());
        row([
            "application",
            &one.name,
            &one.by,
            "",
            "",
            "",
            "",
            "",
            &owners,
            &bare,
            &roots,
            "",
            &count,
        ]);
    }
    for one in &inventory.stores {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        row([
            "store",
            &one.address,
            &one.resource_type,
            &one.application,
            &text(&one.classification),
            &text(&one.encryption),
            &one.exposure,
            &text(&one.logs),
            &text(&one.owner),
            &one.untagged,
            &one.file,
            &one.line.to_string(),
            "1",
        ]);
    }
    for one in &inventory.types {
        let count = one.resources.to_string();
        row(["type", &one.resource_type, "", "", &one.class, "", "", "", "", "", "", "", &count]);
    }
    page
}
