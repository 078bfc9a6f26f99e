//! The part that the token file plays in a fetch: what it holds may spare the request, and what is granted is safe in it before it is served.

use std::sync::Arc;

use super::Entry;
use crate::error::{Failure, Result, Status};
use crate::source::agenda::{Locking, Todo};
use crate::source::dice::Dice;
use crate::source::event::Event;
use crate::source::exchange::Now;
use crate::source::kind::{Grant, Kind, Warning};
use crate::source::state::Part;
use crate::source::term::{Origin, Term};

impl Entry {
    /// Takes what is in the locked token file: a token that will do, or what to ask for one with.
    pub(super) fn reread(self: &Arc<Self>, lease: u64, locking: Locking, now: Now) -> Todo {
        let Some(file) = self.kind.token_file() else { return Todo::Over };
        let contents = match locking {
            Locking::Locked(contents) => contents,
            Locking::Busy => {
                let failure = Failure::new(Status::Store, "another process keeps the token file locked");
                return self.go_without_file(lease, failure, now);
            }
            Locking::Impossible(failure) => return self.go_without_file(lease, failure, now),
        };
        let stored = contents.as_ref().and_then(|contents| file.read(&contents.bytes, now));
        let (bytes, is_exposed) =
            contents.map_or((None, false), |contents| (Some(contents.bytes), contents.is_exposed));
        let is_done = self.change(|state, effects| {
            if !matches!(state.take_part(lease), Some((Part::Locking, _))) {
                return true;
            }
            if is_exposed {
                let warning = Warning { code: "FILE_MODE", message: "others may read the token file".to_owned() };
                state.log.add(Event::warning(warning, now.unix_ms));
            }
            // What could not be replaced is older than what is in memory, until somebody else replaces it.
            let stored = stored.filter(|_| state.outdated.as_ref() != Some(&bytes));
            state.file = Some(bytes);
            let known = state.refresh_token.clone();
            if let Some(refresh_token) = stored.as_ref().and_then(|stored| stored.refresh_token.as_ref()) {
                state.refresh_token = Some(refresh_token.clone());
            }
            if let Some(stored) = stored.filter(|stored| state.is_news(stored) && is_fresh(stored, &*self.kind, now)) {
                state.file = None;
                state.serve(stored, Origin::AtHand, &*self.kind, now);
                state.succeed(effects);
                return true;
            }
            match state.setback.take() {
                Some(setback) if setback.is_final && state.refresh_token == known => {
                    state.stay_failed(setback.failure, self.final_pause_ms(), true, now, effects);
                    true
                }
                setback => {
                    state.setback = setback;
                    false
                }
            }
        });
        if is_done { Todo::Over } else { self.ask(lease, now) }
    }

    /// Goes on in memory where the token file cannot be had. But what another process may send at the same moment, and what nobody could read
    /// back, is not sent.
    fn go_without_file(self: &Arc<Self>, lease: u64, failure: Failure, now: Now) -> Todo {
        if self.kind.rotates() {
            return self.give_up(lease, failure, now);
        }
        self.change(|state, _| {
            state.file = None;
            state.warn_unsaved(&failure, now);
        });
        self.ask(lease, now)
    }

    /// Serves a token that is safe in its file, or that could not be saved.
    pub(super) fn saved(self: &Arc<Self>, lease: u64, saved: Result<()>, now: Now) -> Todo {
        self.change(|state, effects| {
            let Some((Part::Saving(grant), began)) = state.take_part(lease) else { return };
            match saved {
                Ok(()) => (state.is_unsaved, state.outdated) = (false, None),
                Err(failure) => state.warn_unsaved(&failure, now),
            }
            self.finish(state, grant, began, now, effects);
        });
        Todo::Over
    }
}

/// Whether a token is not yet to be renewed.
fn is_fresh(stored: &Grant, kind: &dyn Kind, now: Now) -> bool {
    let term = Term::new(stored.lifetime, Origin::AtHand, kind.leeway_s(), now, &mut Dice::seeded(0));
    term.lasts(now) && !term.is_due(now)
}
