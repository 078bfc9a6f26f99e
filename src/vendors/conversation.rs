//! An operation of several round trips, told as a story: an `async` function whose only wait is for the answer to what it asked.
//!
//! No executor is behind it. [`Operation::start`] and [`Operation::resume`] poll the story once each, which runs it up to its next
//! request or its end.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use crate::error::{Failure, Result, Status};
use crate::source::gate::Lock;
use crate::source::{Now, Operation, Outcome, Request, Step};

/// A story in progress.
pub(super) struct Conversation<T> {
    line: Line,
    /// None when it is over.
    story: Option<Pin<Box<dyn Future<Output = Result<T>> + Send>>>,
}

/// What a story asks through, and where the answers come in.
#[derive(Clone)]
pub(super) struct Line(Arc<Lock<Mail>>);

struct Mail {
    now: Now,
    asked: Option<Request>,
    answered: Option<Outcome>,
}

impl<T> Conversation<T> {
    /// A story that has not begun.
    pub(super) fn new<F>(story: impl FnOnce(Line) -> F) -> Conversation<T>
    where
        F: Future<Output = Result<T>> + Send + 'static,
    {
        let now = Now { unix_ms: 0, steady_ms: 0 };
        let line = Line(Arc::new(Lock::new(Mail { now, asked: None, answered: None })));
        Conversation { story: Some(Box::pin(story(line.clone()))), line }
    }

    fn go_on(&mut self, answered: Option<Outcome>, now: Now) -> Result<Step<T>> {
        let over = || Failure::new(Status::Closed, "the operation is over");
        let story = self.story.as_mut().ok_or_else(over)?;
        self.line.put(answered, now);
        match story.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
            Poll::Ready(end) => {
                self.story = None;
                end.map(Step::Done)
            }
            Poll::Pending => self.line.0.lock().asked.take().map(Step::Ask).ok_or_else(over),
        }
    }
}

impl<T> Operation for Conversation<T> {
    type Output = T;

    fn start(&mut self, now: Now) -> Result<Step<T>> {
        self.go_on(None, now)
    }

    fn resume(&mut self, outcome: Outcome, now: Now) -> Result<Step<T>> {
        self.go_on(Some(outcome), now)
    }
}

impl Line {
    /// When the story was last told something.
    pub(super) fn now(&self) -> Now {
        self.0.lock().now
    }

    /// Asks, and waits for the answer.
    pub(super) async fn ask(&self, request: Request) -> Outcome {
        self.0.lock().asked = Some(request);
        poll_fn(|_| self.0.lock().answered.take().map_or(Poll::Pending, Poll::Ready)).await
    }

    fn put(&self, answered: Option<Outcome>, now: Now) {
        let mut mail = self.0.lock();
        mail.now = now;
        mail.answered = answered;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Fault, Transport};

    const NOW: Now = Now { unix_ms: 1, steady_ms: 2 };

    fn request() -> Request {
        let transport = Arc::new(Transport {
            ca_file: None,
            client_certificate: None,
            client_key: None,
            connect_timeout_ms: 1,
            request_timeout_ms: 1,
            proxy: None,
            max_body_bytes: 1,
        });
        Request { method: "GET", url: "http://h".to_owned(), headers: Vec::new(), body: None, transport }
    }

    #[test]
    fn a_story_is_told_from_answer_to_answer_and_ends_once() {
        let mut told = Conversation::new(|line| async move {
            let first = line.ask(request()).await.err();
            let second = line.ask(request()).await.err();
            Ok((first, second, line.now()))
        });
        assert!(matches!(told.start(NOW), Ok(Step::Ask(_))));
        assert!(matches!(told.resume(Err(Fault::Refused), NOW), Ok(Step::Ask(_))));
        let later = Now { unix_ms: 3, ..NOW };
        let Ok(Step::Done(end)) = told.resume(Err(Fault::Tls), later) else { panic!("the story goes on") };
        assert_eq!(end, (Some(Fault::Refused), Some(Fault::Tls), later));
        assert_eq!(told.start(NOW).err().map(|failure| failure.status()), Some(Status::Closed));
    }
}
