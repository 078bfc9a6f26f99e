//! A hundred thousand sources on one cache: what a step costs does not grow with them, but for the depth of one ordered map.

use super::*;

const SOURCES: u32 = 100_000;

/// A cache of so many sources that have just been given their tokens, and how often its map was touched for each.
fn touches(sources: u32) -> (Arc<Cache>, Vec<Source>, f64) {
    let cache = Cache::new("").unwrap();
    cache.seed(1);
    let open: Vec<Source> =
        (0..sources).map(|identity| cache.open(Box::new(Toy { identity, ..Toy::default() }), BEGIN).unwrap()).collect();
    for source in &open {
        assert!(matches!(source.token(BEGIN), Ok(Answer::Wait)));
    }
    let before = cache.touches();
    let mut served = 0;
    while let Poll::Do { lease, todo: Todo::Send(_) } = cache.poll(BEGIN) {
        let response = Response { status: 200, headers: Vec::new(), body: b"t 600".to_vec() };
        assert!(matches!(cache.complete(lease, Ok(response), BEGIN), Todo::Over));
        served += 1;
    }
    assert_eq!(served, sources);
    let each = (cache.touches() - before) as f64 / f64::from(sources);
    (cache, open, each)
}

#[test]
fn a_fetch_costs_as_many_steps_among_many_sources_as_among_few() {
    let (_, _, few) = touches(100);
    let (cache, sources, many) = touches(SOURCES);
    assert!(many <= few + 0.1 && many < 12.0, "{few} and {many}");

    // A poll with nothing to do looks at the first of all and no other; a cached read looks at none.
    let before = cache.touches();
    assert!(matches!(cache.poll(BEGIN), Poll::Idle { .. }));
    assert_eq!(cache.touches() - before, 1);
    for source in &sources {
        assert!(matches!(source.token(BEGIN), Ok(Answer::Ready(_))));
    }
    assert_eq!(cache.touches() - before, 1);

    // Closing leaves nothing behind.
    drop(sources);
    assert!(matches!(cache.poll(BEGIN), Poll::Idle { next_due_ms: i64::MAX }));
}
