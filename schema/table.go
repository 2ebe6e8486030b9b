package schema

// Table is a table of the warehouse: its name, what one row is, and its columns.
type Table[R any] struct {
	Name    string // qualified: "contacts" or "etl.runs"
	Doc     string // what one row is
	Columns []Column[R]
}

// TableInfo describes a table without its row type, for DDL and documents.
type TableInfo struct {
	Name    string
	Doc     string
	Columns []ColumnInfo
}

// Info is the table without its row type.
func (t Table[R]) Info() TableInfo {
	info := TableInfo{Name: t.Name, Doc: t.Doc}
	for _, c := range t.Columns {
		info.Columns = append(info.Columns, c.ColumnInfo)
	}
	return info
}
