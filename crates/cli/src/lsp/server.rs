//! The loop of the server: what comes in, and what goes out.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId};
use lsp_types::notification::{self as told, Notification as _};
use lsp_types::request::{self as asked, Request as _};
use lsp_types::{Diagnostic, MessageType, NumberOrString, PublishDiagnosticsParams};
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use super::client::{Client, Event};
use super::session::{Session, is_policy_or_configuration};
use super::{actions, completion, hover, pull, start, uri};

/// How long more input is waited for before files are looked at: a client that sends several
/// changes in a row sends them at once.
const GRACE: Duration = Duration::from_millis(1);
/// Changes after which files are looked at although more of them come.
const MOST_POSTPONED: usize = 50;

/// A server at work.
pub(super) struct Server<'o> {
    pub(super) client: Client<'o>,
    pub(super) session: Session,
    pub(super) workspace: start::Workspace,
    /// What the client was told, by name.
    sent: BTreeMap<String, Vec<Diagnostic>>,
    /// What it was given when it asked, by name: what tells one answer from another.
    pub(super) given: BTreeMap<String, String>,
    /// Failures that were told, so that each is told once.
    failures: BTreeSet<String>,
    is_shut_down: bool,
    events: Sender<Event>,
}

/// How a session with a client ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// As agreed on.
    Orderly,
    /// Without a word.
    Abrupt,
}

impl<'o> Server<'o> {
    pub(super) fn new(
        client: Client<'o>,
        session: Session,
        workspace: start::Workspace,
        events: Sender<Event>,
    ) -> Self {
        let (sent, given, failures) = (BTreeMap::new(), BTreeMap::new(), BTreeSet::new());
        Self { client, session, workspace, sent, given, failures, is_shut_down: false, events }
    }

    /// Serves until the client goes.
    pub(super) fn run(&mut self, receiver: &Receiver<Event>) -> Ending {
        self.workspace.look_through(&self.session.names, &self.events);
        let mut queue = VecDeque::new();
        let mut postponed = 0;
        loop {
            let is_stale = self.session.is_stale() && postponed < MOST_POSTPONED;
            let event = match (self.session.is_stale(), is_stale) {
                (false, _) => receiver.recv().map_err(|_| RecvTimeoutError::Disconnected),
                (true, true) => receiver.recv_timeout(GRACE),
                (true, false) => Err(RecvTimeoutError::Timeout),
            };
            match event {
                Ok(event) => {
                    postponed += 1;
                    queue.push_back(event);
                    queue.extend(receiver.try_iter());
                }
                Err(RecvTimeoutError::Timeout) => {
                    postponed = 0;
                    self.guarded(None, Self::refresh_and_publish);
                }
                Err(RecvTimeoutError::Disconnected) => return Ending::Abrupt,
            }
            while let Some(event) = queue.pop_front() {
                queue.extend(receiver.try_iter());
                if let Some(ending) = self.event(event, &mut queue) {
                    return ending;
                }
            }
        }
    }

    /// Handles what happened. Returns how it ended, if that is what happened.
    fn event(&mut self, event: Event, queue: &mut VecDeque<Event>) -> Option<Ending> {
        match event {
            Event::Message(Message::Notification(told)) if told.method == told::Exit::METHOD => {
                let is_orderly = self.is_shut_down;
                return Some(if is_orderly { Ending::Orderly } else { Ending::Abrupt });
            }
            Event::Message(Message::Notification(told)) => {
                self.guarded(None, |server| server.notification(told));
            }
            Event::Message(Message::Request(request)) => {
                let id = request.id.clone();
                if is_cancelled(&id, queue) {
                    self.client.refuse(id, ErrorCode::RequestCanceled, "cancelled by the client");
                } else {
                    let is_outdated = will_change(&request, queue);
                    self.guarded(Some(id), |server| server.request(request, is_outdated));
                }
            }
            // What the server asks has no answer that matters.
            Event::Message(Message::Response(_)) => {}
            Event::Noise(error) => self.client.log(format!("not a message: {error}")),
            Event::End => return Some(Ending::Abrupt),
            Event::Indexed(index) => self.guarded(None, |server| server.indexed(index)),
        }
        None
    }

    /// Does something that must not end the server, whatever happens in it.
    fn guarded(&mut self, id: Option<RequestId>, work: impl FnOnce(&mut Self)) {
        if catch_unwind(AssertUnwindSafe(|| work(self))).is_ok() {
            return;
        }
        // What made it fail is not tried again before something changes.
        self.session.give_up();
        if let Some(id) = id {
            self.client.refuse(id, ErrorCode::InternalError, "this is a defect of Trilith");
        }
        self.client.log("a request or change could not be handled: a defect of Trilith".into());
    }

    fn indexed(&mut self, mut index: super::index::Index) {
        // Open documents may say something else than the files on the disk.
        for (name, document) in &self.session.documents {
            index.update(name, &document.text, &self.session.names);
        }
        self.session.index = index;
        self.session.regroup();
    }

    fn notification(&mut self, told: Notification) {
        let session = &mut self.session;
        match told.method.as_str() {
            told::DidOpenTextDocument::METHOD => {
                if let Some(params) = params::<lsp_types::DidOpenTextDocumentParams>(told.params) {
                    let document = params.text_document;
                    session.open(document.uri, document.version, document.text);
                }
            }
            told::DidChangeTextDocument::METHOD => {
                if let Some(params) = params::<lsp_types::DidChangeTextDocumentParams>(told.params)
                {
                    let document = params.text_document;
                    session.change(&document.uri, document.version, params.content_changes);
                }
            }
            told::DidCloseTextDocument::METHOD => {
                if let Some(params) = params::<lsp_types::DidCloseTextDocumentParams>(told.params) {
                    session.close(&params.text_document.uri);
                    self.given.remove(&session.name(&params.text_document.uri).unwrap_or_default());
                }
            }
            told::DidSaveTextDocument::METHOD => {
                if let Some(params) = params::<lsp_types::DidSaveTextDocumentParams>(told.params) {
                    let name = session.name(&params.text_document.uri).unwrap_or_default();
                    if is_policy_or_configuration(&name) {
                        session.reload();
                        session.regroup();
                    }
                    self.refresh_and_publish();
                }
            }
            told::DidChangeWatchedFiles::METHOD => {
                if let Some(params) = params::<lsp_types::DidChangeWatchedFilesParams>(told.params)
                {
                    let paths = params.changes.iter().filter_map(|one| uri::to_path(&one.uri));
                    paths.for_each(|path| session.changed_on_disk(&path));
                    session.regroup();
                }
            }
            told::DidChangeWorkspaceFolders::METHOD => {
                if let Some(params) =
                    params::<lsp_types::DidChangeWorkspaceFoldersParams>(told.params)
                {
                    self.workspace.change(&params.event);
                    self.workspace.look_through(&session.names, &self.events);
                }
            }
            told::DidChangeConfiguration::METHOD => session.reload(),
            told::Initialized::METHOD => start::register(&mut self.client),
            _ => {}
        }
    }

    fn request(&mut self, request: Request, is_outdated: bool) {
        let Request { id, method, params } = request;
        if self.is_shut_down {
            self.client.refuse(id, ErrorCode::InvalidRequest, "the server was shut down");
            return;
        }
        let result = match method.as_str() {
            asked::Shutdown::METHOD => {
                self.is_shut_down = true;
                Some(Json::Null)
            }
            asked::DocumentDiagnosticRequest::METHOD if is_outdated => {
                let data = json!({ "retriggerRequest": true });
                let code = lsp_types::error_codes::SERVER_CANCELLED as i32;
                self.client.refuse_with(id, code, "the document was changed meanwhile", data);
                return;
            }
            asked::DocumentDiagnosticRequest::METHOD => {
                self.answered(params, |server, params| pull::diagnostics(server, &params))
            }
            asked::HoverRequest::METHOD => self.answered(params, hover::hover),
            asked::CodeActionRequest::METHOD => {
                self.answered(params, |server, params| actions::actions(server, &params))
            }
            asked::CodeActionResolveRequest::METHOD => self.answered(params, actions::resolve),
            asked::Completion::METHOD => self.answered(params, completion::completion),
            asked::ExecuteCommand::METHOD => {
                self.answered(params, |server, params| actions::execute(server, &params))
            }
            asked::Initialize::METHOD => {
                self.client.refuse(id, ErrorCode::InvalidRequest, "this was done already");
                return;
            }
            _ => {
                let message = format!("`{method}` is nothing that this server does");
                self.client.refuse(id, ErrorCode::MethodNotFound, message);
                return;
            }
        };
        match result {
            Some(result) => self.client.answer(id, result),
            None => {
                let message = format!("these are no parameters of `{method}`");
                self.client.refuse(id, ErrorCode::InvalidParams, message);
            }
        }
    }

    /// The answer to a request; `None` if its parameters cannot be read.
    fn answered<P: DeserializeOwned>(
        &mut self,
        params: Json,
        answer: impl FnOnce(&mut Self, P) -> Json,
    ) -> Option<Json> {
        let params = serde_json::from_value(params).ok()?;
        self.refresh_and_publish();
        Some(answer(self, params))
    }

    /// Looks at what changed, and tells the client what came of it.
    pub(super) fn refresh_and_publish(&mut self) {
        for failure in self.session.refresh() {
            let message = failure.to_string();
            if self.failures.insert(message.clone()) {
                self.client.show(MessageType::WARNING, format!("Trilith: {message}"));
            }
        }
        self.publish();
        // The client has what it waits for: now there is time.
        self.session.units.iter_mut().for_each(|unit| unit.retired = None);
    }

    fn publish(&mut self) {
        let now = self.session.diagnostics();
        let mut must_ask_again = false;
        let mut names: BTreeSet<&String> = now.keys().collect();
        names.extend(self.sent.keys());
        let names: Vec<String> = names.into_iter().cloned().collect();
        for name in names {
            let document = self.session.documents.get(&name);
            let mut own = now.get(&name).cloned().unwrap_or_default();
            if document.is_some() && self.client.can.pulls {
                let given = self.given.get(&name);
                must_ask_again |= given.is_some_and(|given| *given != pull::result_id(&own));
                // What it was told before it opened the document is told twice otherwise.
                own.clear();
            }
            let before = self.sent.get(&name).map_or(&[][..], Vec::as_slice);
            if own == before {
                continue;
            }
            let version = document.map(|document| document.version);
            let uri = self.session.with_reporter(|it| it.uri(&name));
            if let Some(uri) = uri {
                let params = PublishDiagnosticsParams { uri, diagnostics: own.clone(), version };
                self.client.notify::<told::PublishDiagnostics>(params);
            }
            if own.is_empty() {
                self.sent.remove(&name);
            } else {
                self.sent.insert(name, own);
            }
        }
        if must_ask_again && self.client.can.refreshes {
            // Each of them is asked for again, or was closed meanwhile.
            self.given.clear();
            self.client.ask::<asked::WorkspaceDiagnosticRefresh>(());
        }
    }
}

/// Whether the client took a request back.
fn is_cancelled(id: &RequestId, queue: &VecDeque<Event>) -> bool {
    let mut told = queue.iter().filter_map(|event| match event {
        Event::Message(Message::Notification(told)) => Some(told),
        _ => None,
    });
    told.any(|told| {
        let is_cancel = told.method == told::Cancel::METHOD;
        is_cancel
            && params::<lsp_types::CancelParams>(told.params.clone()).is_some_and(|params| {
                *id == match params.id {
                    NumberOrString::Number(number) => RequestId::from(number),
                    NumberOrString::String(text) => RequestId::from(text),
                }
            })
    })
}

/// Whether the document that a request is about is changed by what waits behind it.
fn will_change(request: &Request, queue: &VecDeque<Event>) -> bool {
    let uri = |params: &Json| params.pointer("/textDocument/uri").cloned();
    let own = uri(&request.params);
    queue.iter().any(|event| match event {
        Event::Message(Message::Notification(told)) => {
            told.method == told::DidChangeTextDocument::METHOD && uri(&told.params) == own
        }
        _ => false,
    })
}

fn params<P: DeserializeOwned>(params: Json) -> Option<P> {
    serde_json::from_value(params).ok()
}
