//! What snippets are drawn with: miette's handler, its characters and its colours.

use miette::{GraphicalReportHandler, GraphicalTheme, ThemeCharacters, ThemeStyles};

use crate::excerpt::{Excerpt, Mark};
use crate::format::{Level, RenderOptions};
use crate::paint::{Ink, Painted};
use crate::text::TAB_WIDTH;

/// Draws snippets; made once for a report.
#[derive(Debug)]
pub(crate) struct Pen {
    color: bool,
    /// What stands between number and text of a line from which there is a gap to the next.
    pub(crate) gap: char,
    pub(crate) characters: ThemeCharacters,
    /// One for every level, for a snippet whose only mark is the place to change.
    handlers: [GraphicalReportHandler; 3],
}

impl Pen {
    pub(crate) fn new(options: &RenderOptions) -> Self {
        let characters =
            if options.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
        let handlers = [Level::Note, Level::Warning, Level::Error].map(|level| {
            let styles = styles(options.color, level);
            let theme = GraphicalTheme { characters: characters.clone(), styles };
            GraphicalReportHandler::new_themed(theme)
                .with_context_lines(1)
                .with_wrap_lines(false)
                .tab_width(TAB_WIDTH)
        });
        let gap = if options.unicode { '⋮' } else { ':' };
        Self { color: options.color, gap, characters, handlers }
    }

    /// The snippet, with an empty line above it.
    pub(crate) fn draw(&self, excerpt: &Excerpt, level: Level, marks: &[Mark<'_>]) -> String {
        let mut drawn = String::with_capacity(1024);
        let handler = &self.handlers[level as usize];
        // Fails only if the string or our excerpt does, and neither can.
        let _ = if self.color && !matches!(marks, [Mark { is_primary: true, .. }]) {
            let mut styles = styles(true, level);
            let (primary, related) = (styles.highlights[0], styles.advice);
            let highlights =
                marks.iter().map(|mark| if mark.is_primary { primary } else { related });
            styles.highlights = highlights.collect();
            let theme = GraphicalTheme { characters: self.characters.clone(), styles };
            handler.clone().with_theme(theme).render_report(&mut drawn, excerpt)
        } else {
            handler.render_report(&mut drawn, excerpt)
        };
        drawn
    }

    pub(crate) fn paint<T>(&self, ink: Ink, text: T) -> Painted<T> {
        Painted(text, self.color.then_some(ink))
    }
}

/// Styles whose first highlight is that of a place to change.
fn styles(color: bool, level: Level) -> ThemeStyles {
    let mut styles = ThemeStyles::none();
    if color {
        let ansi = ThemeStyles::ansi();
        let primary = match level {
            Level::Error => ansi.error,
            Level::Warning => ansi.warning,
            Level::Note => ansi.error.blue(),
        };
        styles.advice = ansi.advice;
        styles.linum = ansi.linum;
        styles.link = ansi.advice;
        styles.highlights = vec![primary.bold()];
    }
    styles
}
