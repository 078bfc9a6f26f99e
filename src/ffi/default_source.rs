//! The source of the process, for code that is told none.

use std::sync::Arc;

use super::boundary::{Out, guard, jeton_error};
use super::source::jeton_source;
use super::status::jeton_status;
use crate::error::Result;
use crate::runtime;
use crate::source::gate::Lock;
use crate::source::{Environment, Source};
use crate::vendors::source::open_kind;

static DEFAULT: Lock<Option<Arc<Source>>> = Lock::new(None);

/// Opens the source of the process once more: the one that jeton_source_make_default was given, or else, from the first call
/// on, that of Descartes Labs with what the environment and the token file say. All that are opened share one token and one
/// fetch, each is closed and freed for itself. Any thread.
/// On success the caller frees `*out` with jeton_source_free. Returns JETON_OK, or as jeton_source_new.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_default(out: *mut *mut jeton_source, err: *mut jeton_error) -> jeton_status {
    guard(err, || {
        let out = Out::new(out, "out")?;
        runtime::watch_forks();
        let known = DEFAULT.lock().clone();
        let kept = match known {
            Some(kept) => kept,
            None => keep(Arc::new(from_environment()?)),
        };
        out.give(jeton_source { source: Arc::new(once_more(&kept)?) });
        Ok(())
    })
}

/// Makes a source that of the process, until another one is; NULL lets the next jeton_source_default make one. `source`
/// stays the caller's, and may be closed and freed after the call; what is to be done at its end (`delete_on_close`) is done where
/// it is closed after another one was made the default. Any thread. Returns JETON_OK, or JETON_E_CLOSED.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn jeton_source_make_default(
    source: Option<&jeton_source>,
    err: *mut jeton_error,
) -> jeton_status {
    guard(err, || {
        runtime::watch_forks();
        let next = source.map(|source| once_more(&source.source)).transpose()?.map(Arc::new);
        // Closed outside of the lock.
        let _last = std::mem::replace(&mut *DEFAULT.lock(), next);
        Ok(())
    })
}

/// Keeps this one, or the one that another thread kept first.
fn keep(made: Arc<Source>) -> Arc<Source> {
    Arc::clone(DEFAULT.lock().get_or_insert_with(|| Arc::clone(&made)))
}

fn from_environment() -> Result<Source> {
    let (cache, now) = (runtime::default_cache()?, runtime::now()?);
    cache.open(open_kind(r#"{"kind":"descarteslabs"}"#, "{}", &Environment::of_process(), None, now)?, now)
}

fn once_more(source: &Source) -> Result<Source> {
    let cache = source.cache();
    let now = if cache.is_driven_by_host() { cache.last_host_moment() } else { runtime::now()? };
    source.once_more(now)
}
