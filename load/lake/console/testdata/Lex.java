import java.io.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import org.antlr.v4.runtime.*;
import org.apache.spark.sql.catalyst.parser.*;

/** Reads texts, a line of base64 each, and tells what Spark's lexer makes of each character; see lexer_test.go. */
public class Lex {
  public static void main(String[] args) throws Exception {
    BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
    PrintStream out = new PrintStream(new BufferedOutputStream(System.out), false, "UTF-8");
    for (String line; (line = in.readLine()) != null; ) {
      out.println(classes(new String(Base64.getDecoder().decode(line), StandardCharsets.UTF_8)));
    }
    out.flush();
  }

  /** Nothing where the text holds what no statement can. */
  static String classes(String text) {
    char[] found = new char[text.codePointCount(0, text.length())];
    SqlBaseLexer lexer = new SqlBaseLexer(new UpperCaseCharStream(CharStreams.fromString(text)));
    lexer.removeErrorListeners();
    for (Token t = lexer.nextToken(); t.getType() != Token.EOF; t = lexer.nextToken()) {
      String name = SqlBaseLexer.VOCABULARY.getSymbolicName(t.getType());
      if (name.equals("UNRECOGNIZED")) return "";
      boolean quoted = name.equals("STRING_LITERAL") || name.equals("DOUBLEQUOTED_STRING");
      char kind = t.getChannel() != 0 ? ' ' : quoted ? '\'' : name.equals("BACKQUOTED_IDENTIFIER") ? '`' : '.';
      Arrays.fill(found, t.getStartIndex(), t.getStopIndex() + 1, kind);
      int first = text.codePointAt(text.offsetByCodePoints(0, t.getStartIndex()));
      if (kind == '.' && first < 128 && Character.isLetter(first)) found[t.getStartIndex()] = 'w';
    }
    return lexer.has_unclosed_bracketed_comment ? "" : new String(found);
  }
}
