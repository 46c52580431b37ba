//! `trilith lsp`: the language server, over standard input and output.
//!
//! One thread reads, one looks through the workspace, and one does everything else: an editor is
//! served by doing little, not by doing it at the same time. Whatever is looked at goes through the
//! same code as `trilith check`; open documents lie over the disk (`overlay`).

mod actions;
mod client;
mod completion;
mod document;
mod hover;
mod index;
mod keep;
mod names;
mod overlay;
mod position;
mod project;
mod pull;
mod report;
mod server;
mod session;
mod shown;
mod start;
mod unit;
mod uri;
mod word;

use std::io::Write;

use lsp_types::ClientCapabilities;
use serde_json::Value as Json;

use crate::args::LspArgs;
use crate::check::Verdict;
use crate::failure::Failure;
use crate::files;
use client::{Abilities, Client};
use names::Names;
use server::{Ending, Server};
use session::Session;
use start::Workspace;

/// Serves an editor until it goes. The protocol wants exit code 1 of a server that was not shut
/// down first.
pub(crate) fn run(args: &LspArgs, out: &mut dyn Write) -> Result<Verdict, Failure> {
    let (sender, receiver) = client::listen();
    let mut client = Client::new(out, Abilities::of(&ClientCapabilities::default(), &Json::Null));
    let Some(start) = start::wait(&receiver, &mut client) else {
        return Ok(Verdict::Findings);
    };
    client.can = Abilities::of(&start.params.capabilities, &start.said);
    let workspace = Workspace::of(&start.params);
    let first = workspace.first().cloned();
    if let Some(folder) = &first {
        files::enter(folder)?;
    }
    let answer = serde_json::to_value(start::answer(client.can));
    client.answer(start.id, answer.unwrap_or_default());
    let session =
        Session::new(Names::new(first.as_deref()), client.can.encoding, args.rules.clone());
    let ending = Server::new(client, session, workspace, sender).run(&receiver);
    Ok(if ending == Ending::Orderly { Verdict::Clean } else { Verdict::Findings })
}
