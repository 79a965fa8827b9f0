//! Small charts as SVG: lines, bands, points, error bars and intervals, drawn by plotters.
//!
//! plotters writes colours as attributes. Each colour here is one of a [`Tone`]; [`STYLE`] gives
//! it a second value for dark screens, and leaves paper light. A chart names itself for screen
//! readers, reads no font and depends on nothing but its values: same values, same bytes.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};
use std::fmt::Write;
use thiserror::Error;

mod axis;
mod layer;
mod style;

pub use axis::Axis;
pub use layer::{Layer, Shape};
pub use style::{STYLE, Tone};

use layer::{Area, Failure};

/// Error of drawing a chart.
#[derive(Debug, Error)]
#[error("the chart {title:?} cannot be drawn: {cause}")]
pub struct PlotError {
    title: String,
    cause: String,
}

/// A chart.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Title: above the chart if it stands alone, and for screen readers.
    pub title: String,
    /// Description in a sentence, for screen readers.
    pub about: String,
    /// Horizontal.
    pub x: Axis,
    /// Vertical.
    pub y: Axis,
    /// The values.
    pub layers: Vec<Layer>,
    /// Width and height in pixels.
    pub size: (u32, u32),
}

/// Size of all text, in plotters' unit: 12 pixels.
const TEXT: f64 = 12.0 * 1.24;
/// Mean width of a character of that size.
const CHARACTER: f64 = 6.4;
/// Height of a line of the title and of the legend.
const LINE: i32 = 20;

impl Chart {
    /// A document of its own, with its title and [`STYLE`].
    ///
    /// # Errors
    /// If a value or a range is not finite.
    pub fn svg(&self) -> Result<String, PlotError> {
        self.draw(true)
    }

    /// An element for a page that holds [`STYLE`] and a heading already.
    ///
    /// # Errors
    /// The errors of [`Chart::svg`].
    pub fn inline(&self) -> Result<String, PlotError> {
        self.draw(false)
    }

    fn draw(&self, alone: bool) -> Result<String, PlotError> {
        let failure = |cause: String| PlotError { title: self.title.clone(), cause };
        if !self.layers.iter().flat_map(Layer::corners).all(|(x, y)| x.is_finite() && y.is_finite())
        {
            return Err(failure("a value is not finite".to_owned()));
        }
        let mut body = String::new();
        self.onto(&mut body, alone).map_err(|e| failure(e.to_string()))?;
        // plotters' own opening tag has no room for a name
        let inside = body.split_once('>').map_or("", |(_, inside)| inside);
        let (width, height) = self.size;
        let mut svg = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"{}\" viewBox=\"0 0 {width} {height}\" \
             width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"{}\">\n<title>{}</title>\n\
             <desc>{}</desc>\n",
            if alone { "chart alone" } else { "chart" },
            style::escape(&format!("{}. {}", self.title, self.about)),
            style::escape(&self.title),
            style::escape(&self.about),
        );
        if alone {
            let _ = writeln!(svg, "<style>{}</style>", STYLE.as_str());
        }
        Ok(svg + inside.trim_start())
    }

    fn onto(&self, body: &mut String, alone: bool) -> Result<(), Failure> {
        let root = SVGBackend::with_string(body, self.size).into_drawing_area();
        let head = if alone { LINE } else { 0 };
        if alone {
            let text = style::printable(&self.title);
            root.draw(&Text::new(text, (12, 10), style(Tone::Ink, TEXT * 1.1)))?;
        }
        let head = head + self.legend(&root, head + 10)?;
        let (top, rest) = root.split_vertically(head + 4);
        drop(top);
        let x = self.x.resolved(self.values(|corner| corner.0));
        let y = self.y.resolved(self.values(|corner| corner.1));
        let widest = y.ticks.iter().map(|t| t.1.chars().count()).max().unwrap_or_default();
        let named = if self.y.label.is_empty() { 8.0 } else { 26.0 };
        let mut chart = ChartBuilder::on(&rest)
            .margin(10)
            .margin_right(18)
            .x_label_area_size(if self.x.label.is_empty() { 24 } else { 42 })
            .y_label_area_size((widest as f64 * CHARACTER + named).ceil() as i32)
            .build_cartesian_2d(x, y)?;
        chart
            .configure_mesh()
            .light_line_style(TRANSPARENT)
            .bold_line_style(Tone::Grid.colour())
            .axis_style(Tone::Muted.colour())
            .label_style(style(Tone::Muted, TEXT))
            .axis_desc_style(style(Tone::Ink, TEXT))
            .x_desc(style::printable(&self.x.label))
            .y_desc(style::printable(&self.y.label))
            .draw()?;
        for layer in &self.layers {
            layer.draw(&mut chart)?;
        }
        root.present()?;
        Ok(())
    }

    /// Draws the names of the layers in lines from `top`; returns their height.
    fn legend(&self, root: &Area<'_>, top: i32) -> Result<i32, Failure> {
        let (mut x, mut y, mut height) = (12, top, 0);
        for layer in self.layers.iter().filter(|l| !l.name.is_empty()) {
            let name = style::printable(&layer.name);
            let width = 26 + (name.chars().count() as f64 * CHARACTER) as i32 + 16;
            if height == 0 {
                height = LINE;
            } else if x + width > self.size.0 as i32 {
                (x, y, height) = (12, y + LINE, height + LINE);
            }
            layer.sample(root, (x, y + 5))?;
            root.draw(&Text::new(name, (x + 26, y), style(Tone::Ink, TEXT)))?;
            x += width;
        }
        Ok(height)
    }

    fn values(&self, coordinate: impl Fn((f64, f64)) -> f64) -> (f64, f64) {
        let corners = self.layers.iter().flat_map(Layer::corners).map(coordinate);
        corners.fold((f64::INFINITY, f64::NEG_INFINITY), |(a, b), v| (a.min(v), b.max(v)))
    }
}

fn style(tone: Tone, size: f64) -> TextStyle<'static> {
    ("sans-serif", size).into_font().color(&tone.colour()).pos(Pos::new(HPos::Left, VPos::Top))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(value: f64) -> Chart {
        Chart {
            title: "a < b & \"c\"\u{1}".to_owned(),
            about: "It rises.".to_owned(),
            x: Axis { label: "questions".to_owned(), ..Axis::default() },
            y: Axis { label: "accuracy".to_owned(), percent: true, ..Axis::default() },
            layers: vec![
                Layer::new(
                    "95 %",
                    Tone::Blue,
                    Shape::Band(vec![(0., 0.1, 0.3), (100., 0.4, value)]),
                ),
                Layer::new("", Tone::Muted, Shape::Line(vec![(0.0, 0.2), (1.0, 0.5)])),
                Layer::new("", Tone::Orange, Shape::Points(vec![(3.0, 0.2)])),
                Layer::new("", Tone::Green, Shape::Bars(vec![(50.0, 0.2, 0.25, 0.4)])),
                Layer::new("", Tone::Blue, Shape::Intervals(vec![(0.3, 1.0, 2.0, 3.0)])),
            ],
            size: (480, 320),
        }
    }

    #[test]
    fn names_are_escaped_ticks_are_round_and_marks_have_shapes() {
        let svg = chart(0.6).svg().unwrap();
        assert!(svg.contains("<title>a &lt; b &amp; &quot;c&quot;\u{fffd}</title>"), "{svg}");
        assert!(svg.contains("aria-label=\"a &lt; b"), "{svg}");
        for tick in ["20 %", "60 %", "questions", "accuracy", "95 %"] {
            assert!(svg.lines().any(|line| line == tick), "{tick}: {svg}");
        }
        assert_eq!(svg.matches("<circle").count(), 1, "{svg}");
        assert_eq!(svg.matches("<polygon").count(), 2, "{svg}");
        assert!(svg.ends_with("</svg>\n") && !svg.contains("\u{1}"));
        assert_eq!(svg, chart(0.6).svg().unwrap());
    }

    #[test]
    fn inline_has_no_style_of_its_own_and_every_colour_has_a_dark_one() {
        let svg = chart(0.6).inline().unwrap();
        assert!(!svg.contains("<style"));
        for part in svg.split("=\"#").skip(1) {
            assert!(STYLE.contains(&format!("#{}", &part[..6])), "{}", &part[..6]);
        }
    }

    #[test]
    fn what_is_not_finite_is_refused_by_name() {
        let error = chart(f64::NAN).svg().unwrap_err().to_string();
        assert!(error.contains("a < b") && error.contains("not finite"), "{error}");
        let mut empty = chart(0.6);
        empty.layers.clear();
        assert!(empty.svg().is_ok());
    }
}
