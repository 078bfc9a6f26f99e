//! What a server sees that comes back after an outage (S8): 10,000 clients, each with a cache of its own, whose callers ask all the time.

use super::*;

const CLIENTS: u64 = 10_000;
const SECOND: i64 = 1_000;
const OUTAGE: i64 = 600 * SECOND;
const WINDOW: i64 = 10 * SECOND;

/// What a fleet sends, in requests a window.
struct Load {
    /// The mean before the outage.
    steady: f64,
    /// The most in any window from the end of the outage on.
    peak: u64,
}

fn load(life_s: i64) -> Load {
    let life = life_s * SECOND;
    // By then every client has renewed a few times, and no two are in step.
    let down = 4 * life;
    let up = down + OUTAGE;
    let end = up + life;
    let mut windows = vec![0; (end / WINDOW) as usize + 1];
    for seed in 0..CLIENTS {
        let retries = Retries::drawn(Spread::Full, &mut Dice::seeded(!seed));
        let mut world = World::seeded(Toy { retries, ..Toy::default() }, seed);
        world.pass(seed as i64 * life / CLIENTS as i64);
        loop {
            let at = world.now.steady_ms - BEGIN.steady_ms;
            if at > end {
                break;
            }
            let _ = world.ask();
            if let Some(lease) = world.request() {
                windows[(at / WINDOW) as usize] += 1;
                match (down..up).contains(&at) {
                    true => world.answer(lease, 503, ""),
                    false => world.answer(lease, 200, &format!("t {life_s}")),
                }
                continue;
            }
            world.pass_until_something_changes();
        }
    }
    let window = |at: i64| (at / WINDOW) as usize;
    let before = &windows[window(down - life)..window(down)];
    let steady = before.iter().sum::<u64>() as f64 / before.len() as f64;
    Load { steady, peak: windows[window(up)..window(end)].iter().copied().max().unwrap() }
}

impl World {
    /// Moves on to the next try, the end of a pause, or the end of the token, whichever comes first.
    fn pass_until_something_changes(&mut self) {
        let Poll::Idle { next_due_ms } = self.cache.poll(self.now) else { unreachable!() };
        let state = self.source.entry.state();
        let pause = state.setback.as_ref().map_or(i64::MAX, |setback| setback.until);
        let end = state.served.as_ref().map_or(i64::MAX, |served| self.now.steady_ms + served.term.left_ms(self.now));
        drop(state);
        let next = [next_due_ms, pause, end].into_iter().filter(|at| *at > self.now.steady_ms).min().unwrap();
        self.pass(next - self.now.steady_ms);
    }
}

#[test]
fn s08_after_an_outage_a_fleet_comes_back_at_no_more_than_twice_its_pace() {
    let short = load(600);
    let ratio = short.peak as f64 / short.steady;
    println!("10-minute tokens: {} requests in the worst window, {:.0} before: {ratio:.2}", short.peak, short.steady);
    assert!(ratio <= 2.0, "{ratio:.2}");
}

/// Of the longer tokens few end in the outage, and those who lost theirs come back beside a smaller crowd: the figure stands for itself.
#[test]
fn s08_the_same_with_tokens_of_an_hour() {
    let long = load(3600);
    let ratio = long.peak as f64 / long.steady;
    println!("1-hour tokens: {} requests in the worst window, {:.0} before: {ratio:.2}", long.peak, long.steady);
    assert!(long.peak < CLIENTS / 20, "{}", long.peak);
}
