//! YAML text into the arena.
//!
//! granit-parser delivers events with raw scalars and byte spans; what a plain scalar means is
//! decided in `scalar`. A document with errors is read again with the bad place patched, so that
//! one slip costs as little as possible: see `yaml_repair`.

use std::borrow::Cow;

use granit_parser::{Event, Options, Parser, ScalarStyle, StructureStyle, Tag};
use trilith_graph::{SourceId, Span};

use super::json::DEPTH_LIMIT;
use super::scalar::plain_kind;
use super::yaml_patch::Patches;
use super::yaml_repair::{Failure, repair};
use super::{Comment, Kind, NodeId, ParsedTree, SyntaxError, TreeBuilder, duplicate_keys};

/// Reads YAML text, of one document or several. Every syntax error is in
/// [`ParsedTree::errors`]; duplicate keys are too.
///
/// Aliases stay references ([`Kind::Alias`]), so nothing is expanded here.
pub fn parse_yaml(source: SourceId, text: &str) -> ParsedTree<'_> {
    if u32::try_from(text.len()).is_err() {
        let error = SyntaxError::fatal(Span::at(source, 0), "the file is larger than 4 GiB");
        let tree = TreeBuilder::new(source, "").finish();
        return ParsedTree { tree, errors: vec![error] };
    }
    let mut patches = Patches::new(text.len());
    let reader = loop {
        let readable = patches.apply(text);
        let mut reader = Reader::new(source, text, patches.gaps());
        if reader.read(&readable, &mut patches) == Outcome::Done {
            break reader;
        }
    };
    let mut errors = reader.errors;
    let tree = reader.builder.finish();
    errors.extend(patches.into_errors());
    errors.extend(duplicate_keys(&tree));
    errors.sort_by_key(|error| error.span);
    ParsedTree { tree, errors }
}

fn options(text: &str) -> Options {
    granit_parser::options! {
        emit_unresolved_aliases: true,
        // To look for comments takes a fifth of the time.
        emit_comments: memchr::memchr(b'#', text.as_bytes()).is_some(),
        // Long comments before an entry are common; the file itself bounds what is held.
        max_buffered_comment_events: usize::MAX,
        flow_nesting_limit: DEPTH_LIMIT,
        block_nesting_limit: DEPTH_LIMIT,
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Done,
    /// A patch was added: read again.
    Patched,
}

struct Reader<'s> {
    source: SourceId,
    text: &'s str,
    builder: TreeBuilder<'s>,
    open: Vec<Open>,
    /// By anchor id.
    anchors: Vec<Anchor>,
    /// A list or map in the place of a key: it is passed over.
    complex_key: Option<ComplexKey>,
    /// Where the last scalar, alias or bracket ended.
    last_end: u32,
    /// Where lines are left out, in order, and how many of them are behind.
    gaps: Vec<u32>,
    gaps_passed: usize,
    errors: Vec<SyntaxError>,
}

#[derive(Debug)]
struct Open {
    id: NodeId,
    is_map: bool,
    is_flow: bool,
    awaits_key: bool,
}

#[derive(Debug, Clone)]
enum Anchor {
    Nothing,
    Node(NodeId),
    /// On a key, which is no node: its text.
    Key(Box<str>),
}

#[derive(Debug)]
struct ComplexKey {
    depth: usize,
    start: u32,
}

impl<'s> Reader<'s> {
    fn new(source: SourceId, text: &'s str, gaps: Vec<u32>) -> Self {
        Self {
            source,
            text,
            builder: TreeBuilder::new(source, text),
            open: Vec::new(),
            anchors: Vec::new(),
            complex_key: None,
            last_end: 0,
            gaps,
            gaps_passed: 0,
            errors: Vec::new(),
        }
    }

    fn read(&mut self, readable: &str, patches: &mut Patches) -> Outcome {
        let mut parser = Parser::new_from_str_with_options(readable, options(readable));
        while let Some(next) = parser.next_event() {
            let failure = match next {
                Ok((event, span)) => {
                    let range = span.byte_range().unwrap_or(0..0);
                    let tag = span.tag_span().and_then(|tag| tag.byte_range());
                    let place = Place {
                        start: range.start as u32,
                        end: range.end as u32,
                        tag: tag.map(|tag| (tag.start as u32, tag.end as u32)),
                    };
                    match self.event(event, place, patches) {
                        Ok(()) => continue,
                        Err(error) => (*error, None),
                    }
                }
                Err(error) => {
                    let failure = Failure {
                        source: self.source,
                        text: self.text,
                        error: &error,
                        last_end: self.last_end as usize,
                    };
                    let repair = repair(&failure);
                    (repair.error, repair.patch)
                }
            };
            let (error, patch) = failure;
            if patch.is_some_and(|patch| patches.add(patch, error.clone())) {
                return Outcome::Patched;
            }
            self.errors.push(error);
            self.abandon_document();
            if !parser.proceed_next_document().unwrap_or(false) {
                break;
            }
        }
        self.abandon_document();
        Outcome::Done
    }

    /// Closes what is open where reading stopped.
    fn abandon_document(&mut self) {
        while let Some(open) = self.open.pop() {
            self.builder.close(open.id, self.last_end);
            self.builder.cut(open.id);
        }
        self.complex_key = None;
        self.builder.forget_key();
    }

    fn event(
        &mut self,
        event: Event<'_>,
        place: Place,
        patches: &Patches,
    ) -> Result<(), Box<SyntaxError>> {
        self.pass_gaps(place.start);
        if self.complex_key.is_some() && !matches!(event, Event::Comment(..)) {
            self.pass_complex_key(&event, &place);
            return Ok(());
        }
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let text = match patches.first_character(place.start, self.text) {
                    Some(first) if style == ScalarStyle::Plain => {
                        Cow::Owned(format!("{first}{}", text.get(1..).unwrap_or("")))
                    }
                    _ => text,
                };
                self.scalar(&text, style, anchor, tag.as_deref(), place);
            }
            Event::SequenceStart(style, anchor, tag) => {
                self.open(false, style, anchor, tag.as_deref(), place)?;
            }
            Event::MappingStart(style, anchor, tag) => {
                self.open(true, style, anchor, tag.as_deref(), place)?;
            }
            Event::SequenceEnd | Event::MappingEnd => self.close(place),
            Event::Alias(id) => self.alias(id, place),
            Event::UnresolvedAlias(_) => self.unknown_alias(place),
            Event::Comment(..) => self.comment(place),
            _ => {}
        }
        Ok(())
    }

    /// What is open where lines are left out may lack something.
    fn pass_gaps(&mut self, at: u32) {
        while self.gaps.get(self.gaps_passed).is_some_and(|gap| *gap <= at) {
            self.gaps_passed += 1;
            self.open.iter().for_each(|open| self.builder.cut(open.id));
        }
    }

    /// Whether the next thing after an offset is left out.
    fn is_before_gap(&self, at: u32) -> bool {
        let gap = self.gaps.get(self.gaps_passed);
        gap.is_some_and(|gap| self.slice(at, *gap).trim().is_empty())
    }

    fn span(&self, place: Place) -> Span {
        Span::new(self.source, place.start, place.end)
    }

    fn slice(&self, start: u32, end: u32) -> &'s str {
        self.text.get(start as usize..end as usize).unwrap_or("")
    }

    fn awaits_key(&self) -> bool {
        self.open.last().is_some_and(|open| open.awaits_key)
    }

    /// Notes that a node begins here, and what for.
    fn begin_node(&mut self) {
        match self.open.last_mut() {
            None => self.builder.document(self.builder.next_id()),
            Some(open) => open.awaits_key = open.is_map,
        }
    }

    fn set_key(&mut self, key: &str, place: Place) {
        self.builder.key(key, place.start, place.end);
        self.last_end = self.last_end.max(place.end);
        if let Some(open) = self.open.last_mut() {
            open.awaits_key = false;
        }
    }

    fn anchor(&mut self, id: usize, anchor: Anchor) {
        if id == 0 {
            return;
        }
        if self.anchors.len() <= id {
            self.anchors.resize(id + 1, Anchor::Nothing);
        }
        self.anchors[id] = anchor;
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: Place,
    ) {
        let is_empty = style == ScalarStyle::Plain && place.start == place.end;
        let text = if is_empty { "" } else { text };
        if self.awaits_key() {
            self.set_key(text, place);
            self.anchor(anchor, Anchor::Key(text.into()));
            return;
        }
        let place = match style {
            ScalarStyle::Plain if is_empty => self.place_of_nothing(place),
            ScalarStyle::Literal | ScalarStyle::Folded => self.place_of_block(place),
            _ => place,
        };
        self.begin_node();
        let is_text = self.tag(tag, place);
        let id = self.push_scalar(text, style, is_text, place);
        if is_empty && self.is_before_gap(place.end) {
            self.builder.cut(id);
        }
        self.anchor(anchor, Anchor::Node(id));
        self.last_end = self.last_end.max(place.end);
    }

    fn push_scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        is_text: bool,
        place: Place,
    ) -> NodeId {
        let (start, end) = (place.start, place.end);
        let decoded = |verbatim: &str| (verbatim != text).then_some(text);
        match style {
            ScalarStyle::Plain => {
                let kind = if is_text { Kind::String } else { plain_kind(text) };
                self.builder.push(kind, start, end, decoded(self.slice(start, end)))
            }
            ScalarStyle::SingleQuoted | ScalarStyle::DoubleQuoted => {
                let inner = self.slice(start + 1, end.saturating_sub(1));
                self.builder.push(Kind::String, start, end, decoded(inner))
            }
            ScalarStyle::Literal | ScalarStyle::Folded => {
                self.builder.push_block(start, end, decoded(self.slice(start, end)))
            }
        }
    }

    /// An empty value stands after the colon of its key or the dash of its entry.
    fn place_of_nothing(&self, place: Place) -> Place {
        let mut at = place.tag.map_or(place.start, |(_, end)| end.max(place.start));
        let rest = self.text.get(at as usize..).unwrap_or("");
        let blanks = rest.len() - rest.trim_start_matches(' ').len();
        if rest[blanks..].starts_with(':') && self.open.last().is_some_and(|open| open.is_map) {
            at += blanks as u32 + 1;
        }
        Place { start: at, end: at, ..place }
    }

    /// A block without the line breaks and blanks behind it.
    fn place_of_block(&self, place: Place) -> Place {
        let text = self.slice(place.start, place.end);
        let end = place.start + text.trim_end().len() as u32;
        Place { end, ..place }
    }

    /// Notes the tag of the next node; whether it makes text of a plain scalar.
    fn tag(&mut self, tag: Option<&Tag>, place: Place) -> bool {
        let Some(tag) = tag else { return false };
        if let Some(core) = tag.core_suffix() {
            return core == "str";
        }
        let (start, end) = place.tag.unwrap_or((place.start, place.start));
        match (tag.handle(), tag.suffix()) {
            ("" | "!", "" | "!") => return true,
            ("!", name) => self.builder.tag(name, start, end),
            _ => self.builder.tag(tag.original().trim_start_matches('!'), start, end),
        }
        false
    }

    fn open(
        &mut self,
        is_map: bool,
        style: StructureStyle,
        anchor: usize,
        tag: Option<&Tag>,
        place: Place,
    ) -> Result<(), Box<SyntaxError>> {
        if self.awaits_key() {
            let start = place.tag.map_or(place.start, |(start, _)| start);
            self.complex_key = Some(ComplexKey { depth: 1, start });
            return Ok(());
        }
        if self.open.len() >= DEPTH_LIMIT {
            let message = format!("collections are nested more than {DEPTH_LIMIT} deep");
            return Err(Box::new(SyntaxError::fatal(self.span(place), message)));
        }
        self.begin_node();
        self.tag(tag, place);
        let kind = if is_map { Kind::Map } else { Kind::List };
        let id = self.builder.push(kind, place.start, place.end, None);
        self.anchor(anchor, Anchor::Node(id));
        self.last_end = self.last_end.max(place.end);
        let is_flow = style == StructureStyle::Flow;
        self.open.push(Open { id, is_map, is_flow, awaits_key: is_map });
        Ok(())
    }

    fn close(&mut self, place: Place) {
        let Some(open) = self.open.pop() else { return };
        if open.is_flow {
            self.last_end = self.last_end.max(place.end);
        }
        self.builder.close(open.id, self.last_end);
    }

    /// Passes an event inside a list or map that is a key. At its end it becomes the text that
    /// is written there, which is the best a map of names can do.
    fn pass_complex_key(&mut self, event: &Event<'_>, place: &Place) {
        let Some(key) = &mut self.complex_key else { return };
        match event {
            Event::SequenceStart(..) | Event::MappingStart(..) => key.depth += 1,
            Event::SequenceEnd | Event::MappingEnd => key.depth -= 1,
            _ => {}
        }
        if key.depth > 0 {
            return;
        }
        let start = key.start;
        self.complex_key = None;
        let written = self.slice(start, place.end.max(start));
        let end = start + written.trim_end().len() as u32;
        let key = Place { start, end, tag: None };
        let mut error = SyntaxError::recovered(self.span(key), "a list or map cannot be a key");
        if self.slice(start.saturating_sub(1), start) == "{" {
            error.message = "`{{` begins a map in a map".into();
            error = error.help("put quotes around `{{ ... }}`, or render the file first");
        }
        self.errors.push(error);
        self.set_key(written.trim_end(), key);
    }

    fn alias(&mut self, id: usize, place: Place) {
        let anchor = self.anchors.get(id).cloned().unwrap_or(Anchor::Nothing);
        let inside = |id: NodeId| self.open.iter().any(|open| open.id == id);
        match anchor {
            Anchor::Node(target) if inside(target) => {
                let message = "this alias stands for a collection that it is part of";
                self.errors.push(SyntaxError::recovered(self.span(place), message));
                self.alias_as_text(place);
            }
            Anchor::Node(target) if self.awaits_key() => {
                let text: Box<str> = self.builder.tree().text(target).into();
                self.set_key(&text, place);
            }
            Anchor::Node(target) => {
                self.begin_node();
                self.builder.push(Kind::Alias(target), place.start, place.end, None);
                self.last_end = place.end;
            }
            Anchor::Key(text) if self.awaits_key() => self.set_key(&text, place),
            Anchor::Key(text) => {
                self.begin_node();
                self.builder.push(Kind::PlainString, place.start, place.end, Some(&text));
                self.last_end = place.end;
            }
            Anchor::Nothing => self.unknown_alias(place),
        }
    }

    fn unknown_alias(&mut self, place: Place) {
        let text = self.slice(place.start, place.end);
        let name = text.trim_start_matches('*');
        let message = format!("`{text}` is a YAML alias, and there is no anchor `&{name}` above");
        let help = format!("put quotes around it if it is text: `\"{text}\"`");
        self.errors.push(SyntaxError::recovered(self.span(place), message).help(help));
        self.alias_as_text(place);
    }

    fn alias_as_text(&mut self, place: Place) {
        if self.awaits_key() {
            self.set_key(self.slice(place.start, place.end), place);
            return;
        }
        self.begin_node();
        self.builder.push(Kind::PlainString, place.start, place.end, None);
        self.last_end = place.end;
    }

    fn comment(&mut self, place: Place) {
        let before = self.text.get(..place.start as usize).unwrap_or("").bytes().rev();
        let mut before = before.take_while(|byte| *byte != b'\n');
        let trailing = before.any(|byte| !byte.is_ascii_whitespace());
        // A byte order mark is nothing that a comment could trail.
        let trailing = trailing && !matches!(place.start, 3 if self.text.starts_with('\u{feff}'));
        self.builder.comment(Comment { span: self.span(place), trailing });
    }
}

/// Byte offsets of an event.
#[derive(Debug, Clone, Copy)]
struct Place {
    start: u32,
    end: u32,
    tag: Option<(u32, u32)>,
}
