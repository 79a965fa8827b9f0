//! The series of a chart, and how each is drawn.

use super::axis::Scale;
use super::style::{Mark, Tone};
use plotters::coord::Shift;
use plotters::prelude::*;

/// Values to draw; later layers lie over earlier ones.
#[derive(Clone, Debug)]
pub struct Layer {
    /// Name in the legend; left out if empty.
    pub name: String,
    /// The colour, and the shape of marks.
    pub tone: Tone,
    /// Values and way of drawing.
    pub shape: Shape,
}

/// Values, and how they are drawn.
#[derive(Clone, Debug)]
pub enum Shape {
    /// (x, y) joined by straight lines.
    Line(Vec<(f64, f64)>),
    /// The area between (x, low) and (x, high).
    Band(Vec<(f64, f64, f64)>),
    /// (x, y), a mark each.
    Points(Vec<(f64, f64)>),
    /// (x, low, middle, high): vertical error bars.
    Bars(Vec<(f64, f64, f64, f64)>),
    /// (y, low, middle, high): horizontal intervals.
    Intervals(Vec<(f64, f64, f64, f64)>),
}

pub(super) type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;
pub(super) type Failure = Box<dyn std::error::Error>;

type Plane<'a, 'b> = ChartContext<'a, SVGBackend<'b>, Cartesian2d<Scale, Scale>>;

impl Layer {
    /// A layer.
    #[must_use]
    pub fn new(name: &str, tone: Tone, shape: Shape) -> Self {
        Layer { name: name.to_owned(), tone, shape }
    }

    /// Points that the axes must hold.
    pub(super) fn corners(&self) -> Vec<(f64, f64)> {
        match &self.shape {
            Shape::Line(points) | Shape::Points(points) => points.clone(),
            Shape::Band(points) => points.iter().flat_map(|p| [(p.0, p.1), (p.0, p.2)]).collect(),
            Shape::Bars(points) => points.iter().flat_map(|p| [(p.0, p.1), (p.0, p.3)]).collect(),
            Shape::Intervals(points) => {
                points.iter().flat_map(|p| [(p.1, p.0), (p.3, p.0)]).collect()
            }
        }
    }

    pub(super) fn draw(&self, chart: &mut Plane<'_, '_>) -> Result<(), Failure> {
        let tone = self.tone;
        let line = tone.colour().stroke_width(2);
        let marks: Vec<(f64, f64)> = match &self.shape {
            Shape::Line(points) => {
                chart.draw_series(LineSeries::new(points.iter().copied(), line))?;
                Vec::new()
            }
            Shape::Band(points) => {
                let low = points.iter().map(|p| (p.0, p.1));
                let high = points.iter().rev().map(|p| (p.0, p.2));
                let area: Vec<_> = low.chain(high).collect();
                chart.draw_series([Polygon::new(area, tone.colour().mix(0.18).filled())])?;
                Vec::new()
            }
            Shape::Points(points) => points.clone(),
            Shape::Bars(points) => {
                let ends = points.iter().map(|p| [(p.0, p.1), (p.0, p.3)]);
                chart.draw_series(ends.map(|ends| PathElement::new(ends, line)))?;
                points.iter().map(|p| (p.0, p.2)).collect()
            }
            Shape::Intervals(points) => {
                let ends = points.iter().map(|p| [(p.1, p.0), (p.3, p.0)]);
                chart.draw_series(ends.map(|ends| PathElement::new(ends, line)))?;
                points.iter().map(|p| (p.2, p.0)).collect()
            }
        };
        chart.draw_series(marks.into_iter().map(|at| Mark { at, tone }))?;
        Ok(())
    }

    /// Draws the sample of the layer in the legend.
    pub(super) fn sample(&self, root: &Area<'_>, (x, y): (i32, i32)) -> Result<(), Failure> {
        let colour = self.tone.colour();
        if let Shape::Band(_) = self.shape {
            let corners = [(x, y - 5), (x + 20, y + 5)];
            root.draw(&Rectangle::new(corners, colour.mix(0.18).filled()))?;
        }
        if let Shape::Line(_) | Shape::Bars(_) | Shape::Intervals(_) = self.shape {
            root.draw(&PathElement::new([(x, y), (x + 20, y)], colour.stroke_width(2)))?;
        }
        if let Shape::Points(_) | Shape::Bars(_) | Shape::Intervals(_) = self.shape {
            root.draw(&Mark { at: (x + 10, y), tone: self.tone })?;
        }
        Ok(())
    }
}
