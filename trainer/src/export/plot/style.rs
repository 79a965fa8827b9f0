//! Colours, on light and on dark, and what may stand in an SVG.

use plotters::element::{Drawable, PointCollection};
use plotters::prelude::*;
use plotters_backend::{BackendCoord, DrawingErrorKind};
use std::fmt::Write;
use std::sync::LazyLock;

/// Role of a colour. The first three are for series: most colour-blind readers tell them apart
/// (Okabe and Ito 2008), and by the shape of their marks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// The first series; a disc.
    Blue,
    /// The second series; a triangle.
    Orange,
    /// The third series; a cross.
    Green,
    /// Text.
    Ink,
    /// Axes, references.
    Muted,
    /// The mesh.
    Grid,
}

/// Each tone's colour on light and on dark.
const TONES: [(Tone, u32, u32); 6] = [
    (Tone::Blue, 0x00_5f_a8, 0x5a_b0_f2),
    (Tone::Orange, 0xb8_4a_00, 0xf2_98_4f),
    (Tone::Green, 0x00_7a_5a, 0x3f_c9_a2),
    (Tone::Ink, 0x1a_1d_21, 0xe8_ea_ed),
    (Tone::Muted, 0x5c_63_6b, 0xa0_a7_af),
    (Tone::Grid, 0xe3_e6_e9, 0x33_38_3e),
];

/// The style sheet of charts: dark where the screen is dark, light on paper.
pub static STYLE: LazyLock<String> = LazyLock::new(|| {
    let mut css = ".chart text{font-family:system-ui,sans-serif}.chart.alone{background:#fff}\
                   @media screen and (prefers-color-scheme:dark){.chart.alone{background:#15181b}"
        .to_owned();
    for (_, light, dark) in TONES {
        for property in ["fill", "stroke"] {
            let _ = write!(css, ".chart [{property}=\"#{light:06X}\"]{{{property}:#{dark:06x}}}");
        }
    }
    css + "}"
});

impl Tone {
    pub(super) fn colour(self) -> RGBColor {
        let light = TONES.iter().find(|t| t.0 == self).map_or(0, |t| t.1);
        let [_, r, g, b] = light.to_be_bytes();
        RGBColor(r, g, b)
    }
}

/// The mark of a value at a point, its shape by its tone.
pub(super) struct Mark<C> {
    pub(super) at: C,
    pub(super) tone: Tone,
}

impl<'a, C: 'a> PointCollection<'a, C> for &'a Mark<C> {
    type Point = &'a C;
    type IntoIter = std::iter::Once<&'a C>;

    fn point_iter(self) -> Self::IntoIter {
        std::iter::once(&self.at)
    }
}

impl<C, B: DrawingBackend> Drawable<B> for Mark<C> {
    fn draw<I: Iterator<Item = BackendCoord>>(
        &self,
        mut points: I,
        backend: &mut B,
        _: (u32, u32),
    ) -> Result<(), DrawingErrorKind<B::ErrorType>> {
        let Some((x, y)) = points.next() else { return Ok(()) };
        let colour = self.tone.colour();
        match self.tone {
            Tone::Orange => {
                backend.fill_polygon([(x, y - 6), (x + 5, y + 4), (x - 5, y + 4)], &colour.filled())
            }
            Tone::Green => {
                let line = colour.stroke_width(2);
                backend.draw_line((x - 4, y - 4), (x + 4, y + 4), &line)?;
                backend.draw_line((x - 4, y + 4), (x + 4, y - 4), &line)
            }
            _ => backend.draw_circle((x, y), 4, &colour.filled(), true),
        }
    }
}

/// Replaces the characters that XML cannot contain.
pub(super) fn printable(text: &str) -> String {
    text.chars()
        .map(
            |c| if c.is_control() || matches!(c, '\u{fffe}' | '\u{ffff}') { '\u{fffd}' } else { c },
        )
        .collect()
}

/// Escapes the text of an element or of a quoted attribute.
pub(super) fn escape(text: &str) -> String {
    printable(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}
