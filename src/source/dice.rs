//! Chance for what must not happen everywhere at once. It keeps no secret, so it never has to wait for the system's entropy.

use std::hash::{BuildHasher, RandomState};

/// A generator of numbers that look random (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// Dice that fall the same way for the same seed.
    pub fn seeded(seed: u64) -> Dice {
        Dice(seed)
    }

    /// Dice of this process alone.
    pub fn new() -> Dice {
        // The seed of the standard library's hash maps: of the system where it has one at once, never waited for.
        Dice(RandomState::new().hash_one(std::process::id()))
    }

    /// A number from 0 to `most`, each as likely as the others.
    pub fn up_to(&mut self, most: i64) -> i64 {
        let sides = most.max(0) as u128 + 1;
        ((u128::from(self.roll()) * sides) >> 64) as i64
    }

    /// A number from 0 up to but not 1.
    pub fn fraction(&mut self) -> f64 {
        (self.roll() >> 11) as f64 / (1_u64 << 53) as f64
    }

    fn roll(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

impl Default for Dice {
    fn default() -> Dice {
        Dice::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_side_comes_up_and_none_beyond() {
        let mut dice = Dice::seeded(1);
        let mut seen = [0; 6];
        for _ in 0..6000 {
            seen[dice.up_to(5) as usize] += 1;
            assert!((0.0..1.0).contains(&dice.fraction()));
        }
        assert!(seen.iter().all(|times| (800..1200).contains(times)), "{seen:?}");
        assert_eq!(dice.up_to(0), 0);
        assert_eq!(dice.up_to(-5), 0);
        assert!(dice.up_to(i64::MAX) >= 0);
        assert_ne!(Dice::new().roll(), Dice::new().roll());
    }
}
