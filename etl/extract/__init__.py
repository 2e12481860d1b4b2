"""Printed Vietnamese text → what it says: the vi-VN number grammar, and the interval that a printed number stands for."""
