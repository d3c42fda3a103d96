//! The script language (being written).
