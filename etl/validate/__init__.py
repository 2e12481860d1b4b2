"""Judge the figures: load rules, build frames in SQL, let pandera compare, turn failures into findings and dispositions."""
