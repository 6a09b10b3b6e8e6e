//! Seeded random numbers, so that the scenario is the same on every machine.

/// Generator "splitmix64".
///
/// Steele, Lea, Flood: "Fast Splittable Pseudorandom Number Generators", OOPSLA 2014, figure 17.
pub(crate) struct Rng(u64);

impl Rng {
    /// Numbers for one part of the scenario. Parts do not disturb each other: one more number drawn
    /// for one file changes no other file.
    pub(crate) fn for_part(seed: u64, part: &str) -> Self {
        let mut rng = Self(seed);
        for byte in part.bytes() {
            rng.0 = rng.next() ^ u64::from(byte);
        }
        rng
    }

    /// The next 64 bits.
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Number from 0 up to, not including, `limit`. Zero for a limit of zero.
    pub(crate) fn below(&mut self, limit: u64) -> u64 {
        // The bias of the remainder is far below what a log line shows.
        self.next().checked_rem(limit).unwrap_or(0)
    }

    /// Number from `low` to `high`, both included.
    pub(crate) fn between(&mut self, low: u64, high: u64) -> u64 {
        low + self.below(high.saturating_sub(low) + 1)
    }

    /// Fraction from 0 up to, not including, 1.
    pub(crate) fn fraction(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True with this probability.
    pub(crate) fn chance(&mut self, probability: f64) -> bool {
        self.fraction() < probability
    }

    /// Waiting time until the next of events that come independently, `mean` apart on average.
    pub(crate) fn waiting(&mut self, mean: f64) -> f64 {
        -(1.0 - self.fraction()).ln() * mean
    }

    /// A latency around `typical`: never below 60 % of it, sometimes several times as long.
    pub(crate) fn latency(&mut self, typical: u64) -> u64 {
        let factor = 0.6 + self.waiting(0.4).min(4.0);
        (typical as f64 * factor) as u64
    }

    /// One of these.
    pub(crate) fn pick<'a, T>(&mut self, choices: &'a [T]) -> &'a T {
        let index = self.below(choices.len() as u64) as usize;
        &choices[index]
    }

    /// This many hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        let mut text = String::with_capacity(digits + 16);
        while text.len() < digits {
            text.push_str(&format!("{:016x}", self.next()));
        }
        text.truncate(digits);
        text
    }

    /// A UUID of version 4.
    pub(crate) fn uuid(&mut self) -> String {
        let hex = self.hex(30);
        let (a, b, c) = (&hex[..8], &hex[8..12], &hex[12..15]);
        let (d, e) = (&hex[15..18], &hex[18..]);
        format!("{a}-{b}-4{c}-a{d}-{e}")
    }
}

#[cfg(test)]
mod tests {
    use super::Rng;

    #[test]
    fn parts_repeat_and_differ() {
        let draw = |part: &str| Rng::for_part(7, part).next();
        assert_eq!(draw("traffic"), draw("traffic"));
        assert_ne!(draw("traffic"), draw("flows"));
    }

    #[test]
    fn numbers_stay_within_their_limits() {
        let mut rng = Rng::for_part(7, "limits");
        for _ in 0..1000 {
            assert!(rng.below(3) < 3);
            assert!((5..=9).contains(&rng.between(5, 9)));
            assert!((0.0..1.0).contains(&rng.fraction()));
        }
        assert_eq!(rng.below(0), 0);
        assert_eq!(rng.uuid().len(), 36);
    }
}
