//! Workers: a few threads for all that blocks, and no server that can keep them all.

use std::collections::{HashMap, VecDeque};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::threads::Threads;
use crate::error::{Failure, Result, Status};

/// Threads that all places share.
const SHARED_WORKERS: usize = 32;

/// Threads that work at once, where so many places have one each.
const MOST_WORKERS: usize = 256;

/// How long a worker stays that has nothing to do.
const IDLE: Duration = Duration::from_secs(10);

/// Something that may take long. It ends by itself.
pub(super) type Job = Box<dyn FnOnce() + Send>;

/// Does jobs on threads that come when they are needed and go when they are not.
#[derive(Clone)]
pub(super) struct Pool(Arc<Shared>);

struct Shared {
    threads: Threads,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    lanes: HashMap<String, Lane>,
    /// The lanes with jobs that wait, by turns.
    turns: VecDeque<String>,
    workers: usize,
    idle: usize,
    busy: usize,
    is_closed: bool,
}

/// The jobs that one place may hold up: a server, a database.
#[derive(Default)]
struct Lane {
    waiting: VecDeque<Job>,
    running: usize,
}

impl Pool {
    pub(super) fn new(threads: Threads) -> Pool {
        Pool(Arc::new(Shared { threads, state: Mutex::default(), changed: Condvar::new() }))
    }

    /// Has a job done that may hang as long as `place` does. INTERNAL where the system gives no thread for it. After [`Pool::close`] it is
    /// dropped.
    pub(super) fn submit(&self, place: &str, job: Job) -> Result<()> {
        let mut state = self.state();
        if state.is_closed {
            drop(state);
            drop(job);
            return Ok(());
        }
        state.queue(place, job);
        self.staff(&mut state);
        if state.workers > 0 {
            return Ok(());
        }
        let unserved = state.clear();
        drop(state);
        drop(unserved);
        Err(Failure::new(Status::Internal, "the system gives no thread"))
    }

    /// Takes no more jobs, drops those that wait and sends the workers home.
    pub(super) fn close(&self) {
        let mut state = self.state();
        state.is_closed = true;
        let unserved = state.clear();
        drop(state);
        self.0.changed.notify_all();
        drop(unserved);
    }

    /// Sees to it that somebody comes for the next job, if there is one.
    fn staff(&self, state: &mut State) {
        if state.next_lane().is_none() {
            return;
        }
        if state.idle > 0 {
            self.0.changed.notify_one();
        } else if state.workers < MOST_WORKERS {
            let pool = self.clone();
            // Where the system gives no thread, those that are there do the work.
            if self.0.threads.spawn("jeton-worker", move || pool.work()).is_ok() {
                state.workers += 1;
            }
        }
    }

    fn work(&self) {
        let mut state = self.state();
        loop {
            if let Some((place, job)) = state.take() {
                self.staff(&mut state);
                drop(state);
                // Who waits for the job hears of its panic by the promise that it drops.
                let _ = catch_unwind(AssertUnwindSafe(job));
                state = self.state();
                state.finish(&place);
                continue;
            }
            if state.is_closed {
                break;
            }
            state.idle += 1;
            let (again, waited) = self.0.changed.wait_timeout(state, IDLE).unwrap_or_else(PoisonError::into_inner);
            state = again;
            state.idle -= 1;
            if waited.timed_out() && state.next_lane().is_none() {
                break;
            }
        }
        state.workers -= 1;
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn queue(&mut self, place: &str, job: Job) {
        let lane = self.lanes.entry(place.to_owned()).or_default();
        if lane.waiting.is_empty() {
            self.turns.push_back(place.to_owned());
        }
        lane.waiting.push_back(job);
    }

    /// Which lane's turn it is, as an index into `turns`. A place may keep as many of the shared workers as it leaves to the others: one that
    /// hangs gets half of them, a second one half of the rest. One that has none gets a worker in any case, so that what hangs, however many
    /// places that are, delays nobody else.
    fn next_lane(&self) -> Option<usize> {
        let free = SHARED_WORKERS.saturating_sub(self.busy);
        let may_work = |lane: &Lane| lane.running < free || (lane.running == 0 && self.busy < MOST_WORKERS);
        self.turns.iter().position(|place| self.lanes.get(place).is_some_and(may_work))
    }

    fn take(&mut self) -> Option<(String, Job)> {
        let place = self.turns.remove(self.next_lane()?)?;
        let lane = self.lanes.get_mut(&place)?;
        let job = lane.waiting.pop_front()?;
        lane.running += 1;
        self.busy += 1;
        if !lane.waiting.is_empty() {
            self.turns.push_back(place.clone());
        }
        Some((place, job))
    }

    fn finish(&mut self, place: &str) {
        self.busy -= 1;
        if let Some(lane) = self.lanes.get_mut(place) {
            lane.running -= 1;
            if lane.running == 0 && lane.waiting.is_empty() {
                self.lanes.remove(place);
            }
        }
    }

    /// Takes out all jobs that wait.
    fn clear(&mut self) -> Vec<Job> {
        self.turns.clear();
        let unserved = self.lanes.values_mut().flat_map(|lane| lane.waiting.drain(..)).collect();
        self.lanes.retain(|_, lane| lane.running > 0);
        unserved
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    const SOON: Duration = Duration::from_secs(5);

    /// A job that says that it runs and ends when it is let.
    fn hanging(started: &Sender<()>) -> (Sender<()>, Job) {
        let (started, (release, released)) = (started.clone(), channel::<()>());
        let job = move || {
            let _ = started.send(());
            let _ = released.recv();
        };
        (release, Box::new(job))
    }

    fn count(started: &Receiver<()>) -> usize {
        std::iter::from_fn(|| started.recv_timeout(Duration::from_millis(200)).ok()).count()
    }

    #[test]
    fn places_that_hang_leave_workers_to_others() {
        let threads = Threads::default();
        let pool = Pool::new(threads.clone());
        let (start, started) = channel();
        let mut releases = Vec::new();
        for (place, keeps) in [("a", 16), ("b", 8), ("c", 4), ("d", 2), ("e", 1), ("f", 1), ("g", 1)] {
            for _ in 0..SHARED_WORKERS * 2 {
                let (release, job) = hanging(&start);
                releases.push(release);
                pool.submit(place, job).unwrap();
            }
            assert_eq!(count(&started), keeps, "{place}");
        }
        let (tell, told) = channel();
        pool.submit("healthy", Box::new(move || tell.send(()).unwrap())).unwrap();
        told.recv_timeout(SOON).unwrap();
        pool.close();
        drop(releases);
        assert!(threads.join(SOON));
    }

    #[test]
    fn each_place_that_hangs_keeps_a_worker_of_its_own_up_to_a_bound() {
        let threads = Threads::default();
        let pool = Pool::new(threads.clone());
        let (start, started) = channel();
        let mut releases = VecDeque::new();
        for place in 0..MOST_WORKERS + 5 {
            let (release, job) = hanging(&start);
            releases.push_back(release);
            pool.submit(&place.to_string(), job).unwrap();
        }
        assert_eq!(count(&started), MOST_WORKERS);
        for _ in 0..5 {
            drop(releases.pop_front());
        }
        assert_eq!(count(&started), 5, "those beyond it come when a worker is free");
        pool.close();
        drop(releases);
        assert!(threads.join(SOON));
    }

    #[test]
    fn every_job_is_done_once_and_in_turn() {
        let threads = Threads::default();
        let pool = Pool::new(threads.clone());
        let (tell, told) = channel();
        for number in 0..1000 {
            let tell = tell.clone();
            let job = move || tell.send(number).unwrap();
            pool.submit(["a", "b", "c"][number % 3], Box::new(job)).unwrap();
        }
        let mut done: Vec<_> = (0..1000).map(|_| told.recv_timeout(SOON).unwrap()).collect();
        done.sort_unstable();
        assert_eq!(done, (0..1000).collect::<Vec<_>>());
        pool.close();
        assert!(threads.join(SOON));
    }

    #[test]
    fn a_panic_costs_no_worker() {
        let threads = Threads::default();
        let pool = Pool::new(threads.clone());
        for _ in 0..SHARED_WORKERS * 2 {
            pool.submit("a", Box::new(|| std::panic::resume_unwind(Box::new(())))).unwrap();
        }
        let (tell, told) = channel();
        pool.submit("a", Box::new(move || tell.send(()).unwrap())).unwrap();
        told.recv_timeout(SOON).unwrap();
        pool.close();
        assert!(threads.join(SOON));
    }

    #[test]
    fn a_closed_pool_drops_jobs() {
        let pool = Pool::new(Threads::default());
        pool.close();
        let (tell, told) = channel::<()>();
        pool.submit("a", Box::new(move || drop(tell))).unwrap();
        assert!(told.recv_timeout(SOON).is_err());
    }
}
