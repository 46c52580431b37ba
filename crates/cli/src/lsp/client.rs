//! The client: what it can do, and messages to it.

use std::io::{self, BufRead, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::{Receiver, Sender, unbounded};
use lsp_server::{ErrorCode, Message, Notification, Request, RequestId, Response};
use lsp_types::notification::Notification as Notifies;
use lsp_types::request::Request as Requests;
use lsp_types::{ClientCapabilities, MessageType, ShowMessageParams};
use serde_json::Value as Json;

use super::position::Encoding;

/// Messages in a row that are no messages, after which a client is given up.
const MOST_SLIPS: usize = 64;

/// What happens to the server.
#[derive(Debug)]
pub(super) enum Event {
    /// The client says something.
    Message(Message),
    /// The client said something that is no message.
    Noise(String),
    /// The client is gone.
    End,
    /// The workspace was looked through.
    Indexed(super::index::Index),
}

/// Reads what the client says in a thread of its own, so that it never waits for an answer to
/// something else.
pub(super) fn listen() -> (Sender<Event>, Receiver<Event>) {
    let (sender, receiver) = unbounded();
    let events = sender.clone();
    std::thread::spawn(move || {
        let _ = catch_unwind(AssertUnwindSafe(|| read(&mut io::stdin().lock(), &events)));
        // Nobody listens any more if the server has ended first.
        let _ = events.send(Event::End);
    });
    (sender, receiver)
}

fn read(input: &mut dyn BufRead, events: &Sender<Event>) {
    let mut slips = 0;
    let mut input = input;
    while slips < MOST_SLIPS {
        let event = match Message::read(&mut input) {
            Ok(Some(message)) => {
                slips = 0;
                let is_exit = matches!(&message, Message::Notification(it) if it.method == "exit");
                if events.send(Event::Message(message)).is_err() || is_exit {
                    return;
                }
                continue;
            }
            Ok(None) => return,
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Event::Noise(error.to_string())
            }
            Err(_) => return,
        };
        slips += 1;
        if events.send(event).is_err() {
            return;
        }
    }
}

/// The other end.
pub(super) struct Client<'o> {
    out: &'o mut dyn Write,
    next_id: i32,
    pub(super) can: Abilities,
}

/// What the client can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "a client can do each of these or not")]
pub(super) struct Abilities {
    pub(super) encoding: Encoding,
    /// It asks for diagnostics, and need not be told those of open documents.
    pub(super) pulls: bool,
    /// It asks again if it is told to.
    pub(super) refreshes: bool,
    /// It takes the diagnostics of other documents with those that it asked for.
    pub(super) takes_related: bool,
    /// It watches files for the server.
    pub(super) watches: bool,
    /// It shows documents that the server names.
    pub(super) shows: bool,
    /// It takes Markdown.
    pub(super) markdown: bool,
    /// It takes actions, and not only commands.
    pub(super) takes_actions: bool,
    /// It shows the pages of rules itself.
    pub(super) explains: bool,
}

impl Abilities {
    /// What a client can do that says this; `said` is the same as it was said.
    pub(super) fn of(capabilities: &ClientCapabilities, said: &Json) -> Self {
        let document = capabilities.text_document.as_ref();
        let workspace = capabilities.workspace.as_ref();
        let pull = document.and_then(|it| it.diagnostic.as_ref());
        // lsp-types reads it under another name than the protocol has.
        let refreshes = said.pointer("/capabilities/workspace/diagnostics/refreshSupport");
        let explains = said.pointer("/initializationOptions/showsExplanations");
        let watch = workspace.and_then(|it| it.did_change_watched_files.as_ref());
        let show = capabilities.window.as_ref().and_then(|it| it.show_document.as_ref());
        let hover = document.and_then(|it| it.hover.as_ref());
        let formats = hover.and_then(|it| it.content_format.as_ref());
        let action = document.and_then(|it| it.code_action.as_ref());
        Self {
            encoding: Encoding::negotiated(capabilities),
            pulls: pull.is_some(),
            refreshes: refreshes == Some(&Json::Bool(true)),
            takes_related: pull.and_then(|it| it.related_document_support) == Some(true),
            watches: watch.and_then(|it| it.dynamic_registration) == Some(true),
            shows: show.is_some_and(|it| it.support),
            markdown: formats.is_some_and(|it| it.contains(&lsp_types::MarkupKind::Markdown)),
            takes_actions: action.is_some_and(|it| it.code_action_literal_support.is_some()),
            explains: explains == Some(&Json::Bool(true)),
        }
    }
}

impl<'o> Client<'o> {
    pub(super) fn new(out: &'o mut dyn Write, can: Abilities) -> Self {
        Self { out, next_id: 0, can }
    }

    /// Sends a message. That the client is gone is found out where it is listened to.
    fn send(&mut self, message: &Message) {
        let mut bytes = Vec::new();
        if message.write(&mut bytes).is_ok() && self.out.write_all(&bytes).is_ok() {
            let _ = self.out.flush();
        }
    }

    /// Tells something.
    pub(super) fn notify<N: Notifies>(&mut self, params: N::Params) {
        self.send(&Notification::new(N::METHOD.to_owned(), params).into());
    }

    /// Asks something whose answer does not matter.
    pub(super) fn ask<R: Requests>(&mut self, params: R::Params) {
        self.next_id += 1;
        let id = RequestId::from(self.next_id);
        self.send(&Request::new(id, R::METHOD.to_owned(), params).into());
    }

    /// Answers a request.
    pub(super) fn answer(&mut self, id: RequestId, result: Json) {
        self.send(&Response::new_ok(id, result).into());
    }

    /// Refuses a request.
    pub(super) fn refuse(&mut self, id: RequestId, code: ErrorCode, message: impl Into<String>) {
        self.send(&Response::new_err(id, code as i32, message.into()).into());
    }

    /// Refuses a request with something for the program on the other side.
    pub(super) fn refuse_with(&mut self, id: RequestId, code: i32, message: &str, data: Json) {
        let message = message.to_owned();
        let error = lsp_server::ResponseError { code, message, data: Some(data) };
        self.send(&Response { id, response_result: Err(error) }.into());
    }

    /// Shows a message to the user.
    pub(super) fn show(&mut self, typ: MessageType, message: String) {
        self.notify::<lsp_types::notification::ShowMessage>(ShowMessageParams { typ, message });
    }

    /// Writes a line into the log of the client.
    pub(super) fn log(&mut self, message: String) {
        let params = lsp_types::LogMessageParams { typ: MessageType::INFO, message };
        self.notify::<lsp_types::notification::LogMessage>(params);
    }
}
