//! Holding values against each other: units, suffixes, words, lists.

use core::cmp::Ordering;

use super::{Ask, Known, Unit, Unknown, Value};
use crate::script::{Check, Comparand, CompareOp, Expectation, Literal, Notation, Sign, Sum, Term};
use crate::world::World;

/// What an expectation came to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Verdict {
    /// Whether it holds.
    pub holds: bool,
    /// Left side; for a change the change there was.
    pub left: Value,
    /// Right side; for a change the one expected.
    pub right: Value,
}

/// Evaluates an expectation. `before` reads one of its quantities as it was at the baseline.
///
/// # Errors
/// When a quantity does not exist or two sides cannot be compared.
pub fn judge(
    expectation: &Expectation,
    world: &World,
    known: Known<'_>,
    before: &mut dyn FnMut(&Ask) -> Result<Value, Unknown>,
) -> Result<Verdict, Unknown> {
    match &expectation.check {
        Check::Change { sign, by } => {
            let now = sum(&expectation.left, world, &mut |ask| ask.eval(world, known))?;
            let then = sum(&expectation.left, world, before)?;
            change(now, then, *sign, *by)
        }
        Check::Compare { op, with } => {
            let left = side(&expectation.left, world, known)?;
            let right = right_side(with, &left, world, known)?;
            compare(left, *op, right)
        }
    }
}

/// Returns the quantities of an expectation whose change is claimed.
///
/// # Errors
/// When one of them does not exist.
pub fn changing(expectation: &Expectation, world: &World) -> Result<Vec<Ask>, Unknown> {
    match expectation.check {
        Check::Compare { .. } => Ok(Vec::new()),
        Check::Change { .. } => {
            let quantities = expectation.left.terms.iter().filter_map(|(_, term)| match term {
                Term::Quantity(quantity) => Some(Ask::resolve(quantity, world)),
                Term::Literal(_) => None,
            });
            quantities.collect()
        }
    }
}

/// Returns every quantity of an expectation that exists.
pub fn asked(expectation: &Expectation, world: &World) -> Vec<Ask> {
    let right = match &expectation.check {
        Check::Compare { with: Comparand::Sum(of), .. } => &of.terms[..],
        Check::Compare { .. } | Check::Change { .. } => &[],
    };
    let quantities = expectation.left.terms.iter().chain(right).filter_map(|(_, term)| match term {
        Term::Quantity(quantity) => Ask::resolve(quantity, world).ok(),
        Term::Literal(_) => None,
    });
    quantities.collect()
}

fn change(now: Value, then: Value, sign: Sign, by: Literal) -> Result<Verdict, Unknown> {
    match (now, then) {
        (Value::Number { value: now, unit }, Value::Number { value: then, .. }) => {
            let (by, of) = operand(by, unit);
            let wanted = match sign {
                Sign::Plus => by,
                Sign::Minus => -by,
            };
            let left = Value::Number { value: now - then, unit };
            compare(left, CompareOp::Equal, Value::Number { value: wanted, unit: of })
        }
        (left, right) => Err(Unknown::Incomparable { left, right }),
    }
}

/// A value scaled to bytes where its unit is a size, so that `4M` meets kB and pages.
struct Scaled(i128);

fn scaled(value: i128, unit: Unit) -> Scaled {
    Scaled(value * unit.bytes())
}

fn compare(left: Value, op: CompareOp, right: Value) -> Result<Verdict, Unknown> {
    let ordering = match (&left, &right) {
        (Value::Number { value: a, unit }, Value::Number { value: b, unit: other }) => {
            scaled(*a, *unit).0.cmp(&scaled(*b, *other).0)
        }
        (Value::List(a), Value::List(b)) => equality(op, &left, &right, a == b)?,
        (Value::Word(a), Value::Word(b)) => equality(op, &left, &right, a == b)?,
        (Value::Text(a), Value::Text(b) | Value::Word(b)) | (Value::Word(a), Value::Text(b)) => {
            equality(op, &left, &right, a.split_whitespace().eq(b.split_whitespace()))?
        }
        (Value::Number { .. } | Value::List(_) | Value::Word(_) | Value::Text(_), _) => {
            return Err(Unknown::Incomparable { left, right });
        }
    };
    Ok(Verdict { holds: op.holds(ordering), left, right })
}

/// Orders what only can be equal or not; asking which is greater is an error.
fn equality(op: CompareOp, left: &Value, right: &Value, equal: bool) -> Result<Ordering, Unknown> {
    match op {
        CompareOp::Equal | CompareOp::NotEqual => Ok(if equal { Ordering::Equal } else { Ordering::Less }),
        CompareOp::AtMost | CompareOp::AtLeast | CompareOp::Less | CompareOp::Greater => {
            Err(Unknown::Incomparable { left: left.clone(), right: right.clone() })
        }
    }
}

fn side(of: &Sum, world: &World, known: Known<'_>) -> Result<Value, Unknown> {
    sum(of, world, &mut |ask| ask.eval(world, known))
}

/// Evaluates the right side: a bare number is in the unit of the left.
fn right_side(with: &Comparand, left: &Value, world: &World, known: Known<'_>) -> Result<Value, Unknown> {
    let unit = match left {
        Value::Number { unit, .. } => *unit,
        Value::List(_) | Value::Word(_) | Value::Text(_) => Unit::Count,
    };
    match (with, left) {
        (Comparand::Sum(of), _) => match of.as_literal() {
            Some(number) => {
                let (value, unit) = operand(number, unit);
                Ok(Value::Number { value, unit })
            }
            None => side(of, world, known),
        },
        (Comparand::Word(word), Value::Number { .. }) => Ask::label(word.as_str(), world)?.eval(world, known),
        (Comparand::Word(word), Value::List(_) | Value::Word(_) | Value::Text(_)) => {
            Ok(Value::Word(word.as_str().into()))
        }
        (Comparand::Text(text), _) => Ok(Value::Text(text.as_str().into())),
        (Comparand::List(list), _) => Ok(Value::List(list.clone())),
        (Comparand::Share(share), _) => Ok(Value::number(u64::from(*share), Unit::Percent)),
    }
}

/// Adds up a sum whose quantities `read` reads; a single quantity may be of any kind.
fn sum(
    of: &Sum,
    world: &World,
    read: &mut dyn FnMut(&Ask) -> Result<Value, Unknown>,
) -> Result<Value, Unknown> {
    if let Some(quantity) = of.as_quantity() {
        return read(&Ask::resolve(quantity, world)?);
    }
    let mut total: Option<(i128, Unit)> = None;
    for (sign, term) in &of.terms {
        let unit = total.map_or(Unit::Count, |(_, unit)| unit);
        let (value, unit_here) = match term {
            Term::Literal(number) => operand(*number, unit),
            Term::Quantity(quantity) => match read(&Ask::resolve(quantity, world)?)? {
                Value::Number { value, unit } => (value, unit),
                other @ (Value::List(_) | Value::Word(_) | Value::Text(_)) => {
                    return Err(Unknown::Incomparable { left: other.clone(), right: other });
                }
            },
        };
        let value = match sign {
            Sign::Plus => value,
            Sign::Minus => -value,
        };
        total = Some(match total {
            None => (value, unit_here),
            Some((sum, unit)) => (sum + value * unit_here.bytes() / unit.bytes(), unit),
        });
    }
    let (value, unit) = total.unwrap_or((0, Unit::Count));
    Ok(Value::Number { value, unit })
}

/// Reads a literal beside a quantity in `unit`: with a suffix it is bytes, bare it is in the unit.
fn operand(literal: Literal, unit: Unit) -> (i128, Unit) {
    let unit = match literal.notation {
        Notation::Bytes => Unit::Bytes,
        Notation::Decimal | Notation::Hex => unit,
    };
    (i128::from(literal.value), unit)
}
