package connect

import (
	"fmt"
	"strings"
	"time"

	pb "contactsync/load/lake/connect/internal/sparkpb"
)

// statement is SQL with an argument for each ? in it, in their order.
func statement(sql string, args []any) (*pb.Relation, error) {
	arguments := make([]*pb.Expression, len(args))
	for i, arg := range args {
		l := literal(arg)
		if l == nil {
			return nil, fmt.Errorf("spark: argument %d is a %T: "+
				"it can be nil, a string, int, int64, float64, bool, time.Time, []string or []int64", i+1, arg)
		}
		arguments[i] = &pb.Expression{ExprType: &pb.Expression_Literal_{Literal: l}}
	}
	return &pb.Relation{RelType: &pb.Relation_Sql{Sql: &pb.SQL{Query: sql, PosArguments: arguments}}}, nil
}

// literal is nil for a type that cannot be an argument. The types are STRING, BIGINT, DOUBLE,
// BOOLEAN, TIMESTAMP (to the microsecond, rounded down), ARRAY<STRING> and ARRAY<BIGINT>; nil has
// the type that the place of its ? asks for.
func literal(arg any) *pb.Expression_Literal {
	switch v := arg.(type) {
	case nil:
		null := &pb.DataType{Kind: &pb.DataType_Null{Null: &pb.DataType_NULL{}}}
		return &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Null{Null: null}}
	case string:
		return &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_String_{String_: v}}
	case int:
		return &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Long{Long: int64(v)}}
	case int64:
		return &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Long{Long: v}}
	case float64:
		return &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Double{Double: v}}
	case bool:
		return &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Boolean{Boolean: v}}
	case time.Time:
		return &pb.Expression_Literal{LiteralType: &pb.Expression_Literal_Timestamp{Timestamp: v.UnixMicro()}}
	case []string:
		return list(&pb.DataType{Kind: &pb.DataType_String_{String_: &pb.DataType_String{}}}, v)
	case []int64:
		return list(&pb.DataType{Kind: &pb.DataType_Long_{Long: &pb.DataType_Long{}}}, v)
	default:
		return nil
	}
}

func list[T string | int64](of *pb.DataType, values []T) *pb.Expression_Literal {
	elements := make([]*pb.Expression_Literal, len(values))
	for i, v := range values {
		elements[i] = literal(v)
	}
	// Spark 4.1 wants the type, and yet makes ARRAY<VOID> of an empty list, which goes with any array.
	return &pb.Expression_Literal{
		LiteralType: &pb.Expression_Literal_Array_{Array: &pb.Expression_Literal_Array{Elements: elements}},
		DataType:    &pb.DataType{Kind: &pb.DataType_Array_{Array: &pb.DataType_Array{ElementType: of}}},
	}
}

// Quote makes an identifier of Spark's SQL of a name.
func Quote(name string) string { return "`" + strings.ReplaceAll(name, "`", "``") + "`" }

// QuoteText makes a literal of Spark's SQL of a text.
func QuoteText(text string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, "'", `\'`).Replace(text) + "'"
}
