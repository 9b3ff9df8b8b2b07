"""The directory across regions: the table `listing`, how it is written, searched and made true again."""
