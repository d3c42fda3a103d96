//! A fingerprint of state, for the laws: equal digests mean equal machines.

/// FNV-1a over words (Fowler, Noll, Vo), finished with a mixing step. Not for security.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Digest(u64);

impl Default for Digest {
    fn default() -> Digest {
        Digest(0xcbf2_9ce4_8422_2325)
    }
}

impl Digest {
    /// Mixes in one word.
    pub fn word(&mut self, word: u64) {
        self.0 = (self.0 ^ word).wrapping_mul(0x0000_0100_0000_01b3);
        self.0 ^= self.0 >> 29;
    }

    /// Mixes in a string of bytes and its length.
    pub fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.word(u64::from(byte));
        }
        self.word(u64::from(crate::units::count(bytes.len())));
    }

    /// Returns the fingerprint.
    pub fn value(self) -> u64 {
        self.0
    }
}

/// Lets derived `Hash` implementations feed a digest: every field of a record counts.
impl core::hash::Hasher for Digest {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.bytes(bytes);
    }

    fn write_u8(&mut self, value: u8) {
        self.word(u64::from(value));
    }

    fn write_u32(&mut self, value: u32) {
        self.word(u64::from(value));
    }

    fn write_u64(&mut self, value: u64) {
        self.word(value);
    }

    fn write_usize(&mut self, value: usize) {
        self.word(u64::from(crate::units::count(value)));
    }

    fn write_isize(&mut self, value: isize) {
        // Discriminants of derived enums arrive here; they are small on every host.
        self.word(u64::from_le_bytes(i64::try_from(value).unwrap_or(i64::MAX).to_le_bytes()));
    }
}
