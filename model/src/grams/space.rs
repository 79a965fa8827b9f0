//! Sizes of a model's tables.

/// Sizes of the tables; part of the model, so that serving cannot differ from training.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Space {
    /// The word family has `2^word_bits` buckets.
    pub word_bits: u8,
    /// The sub-word family has `2^subword_bits` buckets.
    pub subword_bits: u8,
    /// Shortest character n-gram, brackets counted.
    pub min_n: u8,
    /// Longest character n-gram, brackets counted.
    pub max_n: u8,
    /// The family of pairs has `2^pair_bits` buckets; none if this is 0.
    pub pair_bits: u8,
    /// Length of a stem, in characters.
    pub stem: u8,
    /// The family of pretrained vectors has `2^vector_bits` buckets; none if this is 0.
    pub vector_bits: u8,
    /// Bits of a value in a row: 8 or 4.
    pub row_bits: u8,
    /// 0: a row has a value for each class. Otherwise the number of coordinates of a row (low rank): the margin of a
    /// class is the dot product of the summed coordinates with a further row, its own.
    pub rank: u32,
    /// The lexicon has `2^lexicon_bits` buckets; none if this is 0, and spelling is not corrected.
    pub lexicon_bits: u8,
}

impl Default for Space {
    /// 2^15 buckets a family, n-grams of 2 to 5 characters, stems of 4, no pretrained vectors, no lexicon.
    fn default() -> Self {
        Space {
            word_bits: 15,
            subword_bits: 15,
            min_n: 2,
            max_n: 5,
            pair_bits: 15,
            stem: 4,
            vector_bits: 0,
            row_bits: 8,
            rank: 0,
            lexicon_bits: 0,
        }
    }
}

impl Space {
    /// Buckets of the word family.
    #[must_use]
    pub fn word_rows(&self) -> u32 {
        1 << self.word_bits
    }

    /// Buckets of the sub-word family.
    #[must_use]
    pub fn subword_rows(&self) -> u32 {
        1 << self.subword_bits
    }

    /// Buckets of the family of pairs.
    #[must_use]
    pub fn pair_rows(&self) -> u32 {
        if self.pair_bits == 0 { 0 } else { 1 << self.pair_bits }
    }

    /// Buckets of the family of pretrained vectors.
    #[must_use]
    pub fn vector_rows(&self) -> u32 {
        if self.vector_bits == 0 { 0 } else { 1 << self.vector_bits }
    }

    /// Values of a row of a model of `classes` classes.
    #[must_use]
    pub fn width(&self, classes: usize) -> usize {
        if self.rank == 0 { classes } else { self.rank as usize }
    }

    /// Number of rows of a model of `classes` classes: those of all tables and, if [`Space::rank`] is not 0, those
    /// that map coordinates to margins.
    #[must_use]
    pub fn row_count(&self, classes: usize) -> usize {
        self.table_starts()[4] as usize + if self.rank == 0 { 0 } else { classes }
    }

    /// The first row of each family's table, in the order of [`super::Features::families`], and the
    /// number of rows of all.
    #[must_use]
    pub fn table_starts(&self) -> [u32; 5] {
        let sizes = [self.word_rows(), self.subword_rows(), self.pair_rows(), self.vector_rows()];
        let mut starts = [0; 5];
        for (i, size) in sizes.into_iter().enumerate() {
            starts[i + 1] = starts[i] + size;
        }
        starts
    }
}
