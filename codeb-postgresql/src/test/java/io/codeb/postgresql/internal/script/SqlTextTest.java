package io.codeb.postgresql.internal.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.codeb.error.ConfigException;
import io.codeb.model.TableName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.CharRange;
import net.jqwik.api.constraints.Chars;
import net.jqwik.api.constraints.NotEmpty;

class SqlTextTest {
    /** What a lexer says of a text. */
    private static final class Seen implements ScriptLexer.Tokens {
        private final List<String> tokens = new ArrayList<>();

        @Override
        public void word(BoundedText text) {
            tokens.add("word");
        }

        @Override
        public void quotedName(BoundedText text) {
            tokens.add("name " + text.decode(StandardCharsets.UTF_8));
        }

        @Override
        public void literal(BoundedText text) {
            tokens.add("literal " + text.decode(StandardCharsets.UTF_8));
        }

        @Override
        public void symbol(byte character) {
            tokens.add("symbol");
        }

        @Override
        public void variable(BoundedText text) {
            tokens.add("variable");
        }

        @Override
        public void lineComment(BoundedText text) {
            tokens.add("comment");
        }
    }

    private static List<String> tokens(String sql, boolean standardStrings) {
        Seen seen = new Seen();
        ScriptLexer lexer = new ScriptLexer(ScriptLexer.Reader.SERVER, seen);
        lexer.standardConformingStrings(standardStrings);
        byte[] bytes = (sql + ";").getBytes(StandardCharsets.UTF_8);
        assertThat(lexer.scan(bytes, 0, bytes.length)).isEqualTo(bytes.length);
        assertThat(lexer.stop()).isEqualTo(ScriptLexer.Stop.SEMICOLON);
        return seen.tokens;
    }

    @Property
    void aStringIsReadBackAsItWasHoweverStringsAreRead(
            @ForAll @Chars({'\'', '\\', 'E', ';', '$', '"', '\n'}) @CharRange(from = '가', to = '힣') String value) {
        String shortened = value.substring(0, Math.min(value.length(), 40));

        assertThat(tokens("x" + SqlText.literal(shortened), true)).endsWith("literal " + shortened);
        assertThat(tokens(SqlText.literal(shortened), false)).containsExactly("literal " + shortened);
    }

    @Property
    void aNameIsReadBackAsItWas(
            @ForAll @NotEmpty @Chars({'\'', '\\', 'E', ';', '$', '"', '\n'}) @CharRange(from = '가', to = '힣')
                    String name) {
        assertThat(tokens(SqlText.identifier(name), true)).containsExactly("name " + name);
    }

    @Example
    void aTableIsQuotedInBothItsParts() {
        assertThat(SqlText.identifier(new TableName("a.b", "c\"d"))).isEqualTo("\"a.b\".\"c\"\"d\"");
    }

    @Example
    void aValueOfAConnectionStringIsQuotedAsLibpqReadsIt() {
        assertThat(SqlText.conninfoValue("it's a \\ b=c")).isEqualTo("'it\\'s a \\\\ b=c'");
    }

    @Example
    void aNulCharacterIsRefused() {
        assertThatThrownBy(() -> SqlText.identifier("a\0")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> SqlText.literal("a\0")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> SqlText.conninfoValue("a\0")).isInstanceOf(ConfigException.class);
        assertThatThrownBy(() -> SqlText.identifier("")).isInstanceOf(ConfigException.class);
    }
}
