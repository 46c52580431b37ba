//! The start of a session: what both sides can do, and the folders of the workspace.

use std::path::PathBuf;

use crossbeam_channel::{Receiver, Sender};
use lsp_server::{ErrorCode, Message, RequestId};
use lsp_types::request::RegisterCapability;
use lsp_types::{
    CodeActionKind, CodeActionOptions, CodeActionProviderCapability, CompletionOptions,
    DiagnosticOptions, DiagnosticServerCapabilities, DidChangeWatchedFilesRegistrationOptions,
    ExecuteCommandOptions, FileSystemWatcher, GlobPattern, HoverProviderCapability,
    InitializeParams, InitializeResult, OneOf, Registration, RegistrationParams, SaveOptions,
    ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions, TextDocumentSyncSaveOptions, WorkspaceFoldersChangeEvent,
    WorkspaceFoldersServerCapabilities, WorkspaceServerCapabilities,
};
use serde_json::Value as Json;

use super::client::{Abilities, Client, Event};
use super::index::Index;
use super::names::Names;
use super::{actions, report, uri};
use crate::files;

/// Files that the client watches for the server.
const WATCHED: [&str; 2] = [
    "**/*.{tf,tofu,tfvars,tf.json,tofu.json,yaml,yml,json,template,tfplan,rego,guard,ruleset}",
    "**/{trilith.toml,.trilith.toml,rule.md}",
];

/// What the client says when it starts.
pub(super) struct Start {
    pub(super) id: RequestId,
    pub(super) params: InitializeParams,
    /// The parameters as they were said.
    pub(super) said: Json,
}

/// Waits for the client to start. `None` if it goes before; other requests are refused.
pub(super) fn wait(receiver: &Receiver<Event>, client: &mut Client<'_>) -> Option<Start> {
    loop {
        match receiver.recv().ok()? {
            Event::Message(Message::Request(request)) if request.method == "initialize" => {
                let said = request.params;
                match serde_json::from_value(said.clone()) {
                    Ok(params) => return Some(Start { id: request.id, params, said }),
                    Err(error) => {
                        let message = error.to_string();
                        client.refuse(request.id, ErrorCode::InvalidParams, message);
                    }
                }
            }
            Event::Message(Message::Request(request)) => {
                let message = "the first request is `initialize`";
                client.refuse(request.id, ErrorCode::ServerNotInitialized, message);
            }
            Event::Message(Message::Notification(told)) if told.method == "exit" => return None,
            Event::End => return None,
            _ => {}
        }
    }
}

/// What the server says to it.
pub(super) fn answer(can: Abilities) -> InitializeResult {
    let diagnostics = DiagnosticOptions {
        identifier: Some(report::SOURCE.into()),
        inter_file_dependencies: true,
        workspace_diagnostics: false,
        ..DiagnosticOptions::default()
    };
    let actions = CodeActionOptions {
        code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]),
        ..CodeActionOptions::default()
    };
    let triggers = [":", "[", ",", "\"", "'", " "].map(str::to_owned);
    let folders = WorkspaceFoldersServerCapabilities {
        supported: Some(true),
        change_notifications: Some(OneOf::Left(true)),
    };
    let sync = TextDocumentSyncOptions {
        open_close: Some(true),
        change: Some(TextDocumentSyncKind::INCREMENTAL),
        save: Some(TextDocumentSyncSaveOptions::SaveOptions(SaveOptions::default())),
        ..TextDocumentSyncOptions::default()
    };
    let capabilities = ServerCapabilities {
        position_encoding: Some(can.encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        diagnostic_provider: Some(DiagnosticServerCapabilities::Options(diagnostics)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        code_action_provider: Some(CodeActionProviderCapability::Options(actions)),
        completion_provider: Some(CompletionOptions {
            trigger_characters: Some(triggers.to_vec()),
            ..CompletionOptions::default()
        }),
        execute_command_provider: Some(ExecuteCommandOptions {
            commands: vec![actions::EXPLAIN.into()],
            ..ExecuteCommandOptions::default()
        }),
        workspace: Some(WorkspaceServerCapabilities {
            workspace_folders: Some(folders),
            ..WorkspaceServerCapabilities::default()
        }),
        ..ServerCapabilities::default()
    };
    let version = Some(env!("CARGO_PKG_VERSION").to_owned());
    InitializeResult {
        capabilities,
        server_info: Some(ServerInfo { name: "trilith".into(), version }),
    }
}

/// Asks the client to watch files.
pub(super) fn register(client: &mut Client<'_>) {
    if !client.can.watches {
        return;
    }
    let watchers = WATCHED.map(|glob| FileSystemWatcher {
        glob_pattern: GlobPattern::String(glob.into()),
        kind: None,
    });
    let options = DidChangeWatchedFilesRegistrationOptions { watchers: watchers.to_vec() };
    let registration = Registration {
        id: "watched-files".into(),
        method: "workspace/didChangeWatchedFiles".into(),
        register_options: serde_json::to_value(options).ok(),
    };
    client.ask::<RegisterCapability>(RegistrationParams { registrations: vec![registration] });
}

/// The folders of the workspace.
#[derive(Debug, Default)]
pub(super) struct Workspace {
    folders: Vec<PathBuf>,
}

impl Workspace {
    /// The folders that the client names.
    #[expect(deprecated, reason = "older clients name one folder only")]
    pub(super) fn of(params: &InitializeParams) -> Self {
        let named = params.workspace_folders.iter().flatten().map(|folder| &folder.uri);
        let mut folders: Vec<PathBuf> = named.filter_map(uri::to_path).collect();
        if folders.is_empty() {
            folders.extend(params.root_uri.as_ref().and_then(uri::to_path));
        }
        Self { folders }
    }

    /// The folder to which names are relative.
    pub(super) fn first(&self) -> Option<&PathBuf> {
        self.folders.iter().find(|folder| files::is_directory(folder))
    }

    /// Takes folders in and out.
    pub(super) fn change(&mut self, event: &WorkspaceFoldersChangeEvent) {
        let removed: Vec<PathBuf> =
            event.removed.iter().filter_map(|folder| uri::to_path(&folder.uri)).collect();
        self.folders.retain(|folder| !removed.contains(folder));
        for path in event.added.iter().filter_map(|folder| uri::to_path(&folder.uri)) {
            if !self.folders.contains(&path) {
                self.folders.push(path);
            }
        }
    }

    /// Finds out who calls whom, in a thread of its own: findings do not wait for it.
    pub(super) fn look_through(&self, names: &Names, events: &Sender<Event>) {
        let (names, events) = (names.clone(), events.clone());
        let folders: Vec<PathBuf> =
            self.folders.iter().filter(|it| files::is_directory(it)).cloned().collect();
        std::thread::spawn(move || {
            // The server may have ended meanwhile.
            let _ = events.send(Event::Indexed(Index::of(&folders, &names)));
        });
    }
}
