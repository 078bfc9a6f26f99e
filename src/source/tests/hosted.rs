//! A driver that answers and comes back later for what its answer led to.

use super::*;

impl World {
    /// The lease under which something is to be asked now.
    fn exchange(&self) -> Option<u64> {
        self.cache.next_exchange(self.now).ok().map(|(lease, _)| lease)
    }

    fn tell(&self, lease: u64, status: u16, body: &str) {
        let response = Response { status, headers: Vec::new(), body: body.as_bytes().to_vec() };
        self.cache.answer(lease, Ok(response), self.now);
    }

    /// A world in which an answer has led to another question.
    fn halfway() -> (World, u64) {
        let world = World::new(Toy::default());
        assert_eq!(world.ask(), Ok(None));
        let lease = world.exchange().unwrap();
        world.tell(lease, 300, "");
        (world, lease)
    }
}

#[test]
fn what_an_answer_leads_to_is_asked_next_and_under_the_same_lease() {
    let (world, lease) = World::halfway();
    world.tell(lease, 200, "early 600");
    assert_eq!(world.ask(), Ok(None), "an answer to a question that nobody has asked yet");
    assert_eq!(world.exchange(), Some(lease));
    assert_eq!(world.exchange(), None);
    world.tell(lease, 200, "t1 600");
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
    world.tell(lease, 200, "late 600");
    assert_eq!(world.ask().unwrap().as_deref(), Some("t1"));
}

#[test]
fn what_nobody_wants_any_more_is_not_asked() {
    let (world, lease) = World::halfway();
    world.source.close(world.now);
    assert_eq!(world.cache.next_exchange(world.now).err(), Some(i64::MAX));
    world.tell(lease, 200, "t1 600");
    assert_eq!(world.cache.next_exchange(world.now).err(), Some(i64::MAX));
}

#[test]
fn what_was_not_asked_in_time_is_not_asked() {
    let (mut world, lease) = World::halfway();
    world.pass(36_000 - 1);
    assert_eq!(world.exchange(), Some(lease), "a moment before the lease ends");

    let (mut world, lease) = World::halfway();
    world.pass(36_000);
    assert_eq!(world.exchange(), None);
    assert_eq!(world.ask(), Err(Status::Timeout));
    world.tell(lease, 200, "t1 600");
    assert_eq!(world.ask(), Err(Status::Timeout));
}
