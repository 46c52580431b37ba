//! Whatever the source, the spans and the masks: no panic, no secret, and readable output.

mod sample;

use proptest::collection::vec;
use proptest::prelude::*;
use sample::{Sample, subject};
use trilith_graph::{Diagnostic, Label, Severity, SourceId, Span, Within};
use trilith_reporter::{Format, RenderOptions};

const SECRET: &str = "hunter2-swordfish";

/// Pieces of text that are hard in one way or another.
fn piece() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("\r".to_owned()),
        Just("\t".to_owned()),
        Just("\u{feff}".to_owned()),
        Just("好 𝄞 e\u{301}".to_owned()),
        Just("\u{1b}[31m".to_owned()),
        Just("\u{202e}\u{e000}\u{0}".to_owned()),
        Just(r#"{"Action":["*"],"#.to_owned()),
        Just(r#"\"Resource\": \"*\"}"#.to_owned()),
        Just(SECRET.to_owned()),
        (0..400_usize).prop_map(|length| "long ".repeat(length)),
        (0..2000_usize).prop_map(|length| "ä".repeat(length)),
        "[ -~]{0,12}",
    ]
}

fn source() -> impl Strategy<Value = String> {
    vec(piece(), 0..12).prop_map(|pieces| pieces.concat())
}

/// Any span: into no file, past the end, back to front, inside of a character.
fn span() -> impl Strategy<Value = Span> {
    let offset = || prop_oneof![0..60_u32, 0..9000_u32, Just(u32::MAX)];
    (0..4_u32, offset(), offset())
        .prop_map(|(source, start, end)| Span::new(SourceId(source), start, end))
}

fn diagnostic() -> impl Strategy<Value = Diagnostic> {
    let label = (span(), "[ -~]{0,60}", any::<bool>()).prop_map(|(span, message, is_step)| Label {
        span,
        message,
        is_step,
    });
    let severity = proptest::sample::select(Severity::ALL.to_vec());
    let within = proptest::option::of(span());
    (span(), within, vec(label, 0..7), severity, "\\PC{0,30}", any::<bool>()).prop_map(
        |(span, within, related, severity, message, has_subject)| {
            let mut diagnostic = Diagnostic::new("some-rule", severity, span, message.clone());
            diagnostic.within = within.map(|span| Within { span, name: "Rules".into() });
            diagnostic.related = related;
            diagnostic.primary.message = message;
            diagnostic.help = Some("help\nin two lines".into());
            diagnostic.subject = has_subject.then(|| subject("a[\"b\"]", "T", "t", "A/0"));
            diagnostic
        },
    )
}

fn options() -> impl Strategy<Value = RenderOptions> {
    (any::<[bool; 3]>(), 0..200_usize).prop_map(|([color, unicode, hyperlinks], width)| {
        RenderOptions { color, unicode, hyperlinks, width, ..RenderOptions::default() }
    })
}

/// A report over up to three files, with every occurrence of the secret masked.
fn report() -> impl Strategy<Value = Sample> {
    (vec(source(), 0..3), vec(diagnostic(), 0..4), vec(span(), 0..4)).prop_map(
        |(texts, diagnostics, masks)| {
            let mut sample = Sample { diagnostics, masks, ..Sample::default() };
            for (at, text) in texts.iter().enumerate() {
                let id = sample.file(&format!("file {at}.yaml"), text);
                for (start, _) in text.match_indices(SECRET) {
                    let end = start + SECRET.len();
                    sample.masks.push(Span::new(id, start as u32, end as u32));
                }
            }
            sample
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_report_is_written(sample in report(), options in options()) {
        for format in Format::ALL {
            let text = sample.render(format, &options);
            prop_assert!(!text.contains(SECRET), "{format}:\n{text}");
            match format {
                Format::Json | Format::Sarif | Format::Gitlab => {
                    prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
                }
                Format::Concise | Format::JsonLines => {
                    prop_assert_eq!(text.lines().count(), sample.diagnostics.len());
                }
                Format::Pretty if !options.color && !options.hyperlinks => {
                    prop_assert!(!text.contains('\u{1b}'), "{text}");
                }
                _ => {}
            }
        }
    }

    /// The secret is also hidden where a label is on it, in the middle of it, or around it.
    #[test]
    fn a_part_of_a_secret_is_not_shown_either(cut in 0..17_u32, length in 0..20_u32) {
        let mut sample = Sample::default();
        let file = sample.file("a.yaml", &format!("key: {SECRET} # rest\n"));
        let start = 5 + cut;
        sample.diagnostics =
            vec![Diagnostic::new("r", Severity::High, Span::new(file, start, start + length), "m")];
        sample.masks = vec![Span::new(file, 5, 5 + SECRET.len() as u32)];
        let text = sample.text(Format::Pretty);
        for part in SECRET.as_bytes().windows(4) {
            prop_assert!(!text.contains(std::str::from_utf8(part).unwrap()), "{text}");
        }
        prop_assert!(text.contains("key: ********"), "{text}");
    }
}
