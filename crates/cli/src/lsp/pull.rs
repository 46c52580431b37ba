//! Diagnostics that the client asks for.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use lsp_types::{
    Diagnostic, DocumentDiagnosticParams, DocumentDiagnosticReport, DocumentDiagnosticReportKind,
    FullDocumentDiagnosticReport, RelatedFullDocumentDiagnosticReport,
    RelatedUnchangedDocumentDiagnosticReport, UnchangedDocumentDiagnosticReport, Uri,
};
use serde_json::Value as Json;

use super::server::Server;

/// Answers `textDocument/diagnostic`.
pub(super) fn diagnostics(server: &mut Server<'_>, params: &DocumentDiagnosticParams) -> Json {
    let name = server.session.name(&params.text_document.uri).unwrap_or_default();
    let mut all = server.session.diagnostics();
    let items = all.remove(&name).unwrap_or_default();
    let result_id = result_id(&items);
    server.given.insert(name.clone(), result_id.clone());
    let related_documents = related(server, &name, all);
    let report = if params.previous_result_id.as_ref() == Some(&result_id) {
        DocumentDiagnosticReport::Unchanged(RelatedUnchangedDocumentDiagnosticReport {
            related_documents,
            unchanged_document_diagnostic_report: UnchangedDocumentDiagnosticReport { result_id },
        })
    } else {
        let result_id = Some(result_id);
        DocumentDiagnosticReport::Full(RelatedFullDocumentDiagnosticReport {
            related_documents,
            full_document_diagnostic_report: FullDocumentDiagnosticReport { result_id, items },
        })
    };
    serde_json::to_value(report).unwrap_or(Json::Null)
}

/// The other open documents of the same unit, for a client that takes them with the one that it
/// asked for. What is not open is pushed.
#[expect(clippy::mutable_key_type, reason = "the protocol's maps have addresses as keys")]
fn related(
    server: &mut Server<'_>,
    name: &str,
    mut all: std::collections::BTreeMap<String, Vec<Diagnostic>>,
) -> Option<HashMap<Uri, DocumentDiagnosticReportKind>> {
    if !server.client.can.takes_related {
        return None;
    }
    let unit = server.session.unit(name)?;
    let mut found = HashMap::new();
    let mut given = Vec::new();
    for other in unit.open.iter().filter(|other| *other != name) {
        let items = all.remove(other).unwrap_or_default();
        let id = result_id(&items);
        let document = server.session.documents.get(other)?;
        given.push((other.clone(), id.clone()));
        let report = FullDocumentDiagnosticReport { result_id: Some(id), items };
        found.insert(document.uri.clone(), DocumentDiagnosticReportKind::Full(report));
    }
    server.given.extend(given);
    (!found.is_empty()).then_some(found)
}

/// What tells one answer from another.
pub(super) fn result_id(items: &[Diagnostic]) -> String {
    let mut hasher = DefaultHasher::new();
    serde_json::to_string(items).unwrap_or_default().hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}
