package io.codeb.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.codeb.server.Office.Said;
import io.codeb.server.internal.reference.ApiReference;
import io.codeb.server.internal.reference.ApiReference.Content;
import io.codeb.server.internal.reference.ApiReference.Field;
import io.codeb.server.internal.reference.ApiReference.Operation;
import io.codeb.server.internal.reference.ApiReference.Parameter;
import io.codeb.server.internal.reference.ApiReference.Shape;
import io.codeb.server.internal.reference.ApiReference.ValueType;
import io.codeb.server.internal.reference.ReferencePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The second half of docs/api.md, and the page {@code /api/docs}, are made of the routes. */
class ApiDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/api.md");
    private static final String MARK = "<!-- From here on written by ApiDocumentTest, of the routes themselves. -->\n";

    @TempDir
    Path directory;

    private Office office;
    private JsonNode openApi;
    private ApiReference reference;

    @BeforeEach
    void open() {
        office = new Office(directory);
        openApi = office.get("/api/openapi.json", "").json();
        reference = ApiReference.of(openApi);
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void theDocumentHasEachPathAndRecord() throws IOException {
        String text = Files.readString(DOCUMENT);
        String written = contents() + operations() + records();
        if (Boolean.getBoolean("codeb.docs.write")) {
            Files.writeString(DOCUMENT, text.substring(0, text.indexOf(MARK) + MARK.length()) + written);
        }

        assertThat(List.of(Files.readString(DOCUMENT).split(MARK, 2)))
                .element(1)
                .isEqualTo(written);
    }

    @Test
    void thePageHasEachPathAndEachLinkLeadsSomewhere() {
        String page = page();
        assertThat(reference.operations())
                .hasSize(openApi.findValues("operationId").size());
        assertThat(reference.operations()).allSatisfy(operation -> assertThat(page)
                .contains(">" + operation.method() + " " + operation.path() + "</h3>"));

        List<String> ids = all("id=\"([^\"]+)\"", page);
        assertThat(ids).hasSizeGreaterThan(60).doesNotHaveDuplicates();
        assertThat(ids).containsAll(all("href=\"#([^\"]+)\"", page));
    }

    @Test
    void thePageRunsNothingAndAsksForNothing() throws Exception {
        Said said = office.get("/api/docs", "");
        String page = page();
        assertThat(page)
                .doesNotContain("<script", "<img", "<link", " style=", "http:", "https:", "url(")
                .doesNotContainPattern("\\son[a-z]+=");

        String style = page.substring(page.indexOf("<style>") + "<style>".length(), page.indexOf("</style>"));
        byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(UTF_8));
        assertThat(said.response().headers().allValues("Content-Security-Policy"))
                .containsExactly("default-src 'none'; style-src 'sha256-"
                        + Base64.getEncoder().encodeToString(digest)
                        + "'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'");
        assertThat(said.response().headers().firstValue("Content-Type")).hasValue("text/html; charset=utf-8");
    }

    @Test
    void whatIsWrittenIsNoMarkup() {
        JsonNode wild = openApi.deepCopy();
        ((ObjectNode) wild.at("/paths/~1api~1projects/get")).put("summary", "<script>alert('it')</script> & more");

        assertThat(ReferencePage.of(ApiReference.of(wild)).html())
                .contains("&lt;script&gt;alert(&#39;it&#39;)&lt;/script&gt; &amp; more")
                .doesNotContain("<script");
    }

    private String page() {
        Said said = office.get("/api/docs", "");
        assertThat(said.status()).isEqualTo(200);
        return new String(said.response().body(), UTF_8);
    }

    private static List<String> all(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .map((MatchResult result) -> result.group(1))
                .toList();
    }

    private String contents() {
        StringBuilder text = new StringBuilder("\n| path | what it does | who may |\n| --- | --- | --- |\n");
        for (Operation each : reference.operations()) {
            String name = each.method() + " " + each.path();
            text.append("| [`").append(name).append("`](#").append(anchor(name)).append(") | ");
            text.append(cell(each.summary())).append(" | ").append(each.who()).append(" |\n");
        }
        return text.toString();
    }

    private String operations() {
        StringBuilder text = new StringBuilder("\n## Operations\n");
        for (Operation each : reference.operations()) {
            text.append("\n### ")
                    .append(each.method())
                    .append(' ')
                    .append(each.path())
                    .append("\n\n");
            text.append(wrapped(each.summary() + " For: " + each.who() + "."));
            if (!each.parameters().isEmpty()) {
                text.append("\n| parameter | where | what it is | meaning |\n| --- | --- | --- | --- |\n");
            }
            for (Parameter parameter : each.parameters()) {
                text.append("| `").append(parameter.name()).append("` | ").append(parameter.place());
                text.append(" | ").append(cell(type(parameter.type())));
                text.append(" | ").append(cell(parameter.meaning())).append(" |\n");
            }
            each.body()
                    .ifPresent(body ->
                            text.append("\nBody: ").append(content(body)).append('\n'));
            text.append("\nAnswer: `").append(each.answer().status()).append('`');
            each.answer().content().ifPresent(content -> text.append(", ").append(content(content)));
            text.append('\n');
        }
        return text.toString();
    }

    private String records() {
        StringBuilder text = new StringBuilder("\n## Records\n");
        for (Shape shape : reference.records()) {
            text.append("\n### ").append(shape.name());
            text.append("\n\n| field | what it is | needed |\n| --- | --- | --- |\n");
            for (Field field : shape.fields()) {
                text.append("| `").append(field.name()).append("` | ").append(cell(type(field.type())));
                text.append(field.nullable() ? ", or null" : "").append(" | ");
                text.append(field.needed() ? "yes" : "no").append(" |\n");
            }
        }
        return text.toString();
    }

    private static String content(Content content) {
        return "`" + content.media() + "`" + link(content.record(), ": ");
    }

    private static String type(ValueType type) {
        return type.words() + link(type.record(), type.words().isEmpty() ? "" : " ");
    }

    private static String link(Optional<String> record, String before) {
        return record.map(name -> before + "[" + name + "](#" + anchor(name) + ")")
                .orElse("");
    }

    /** In a table, what would end a cell does not. */
    private static String cell(String text) {
        return text.replace("|", "\\|");
    }

    private static String anchor(String heading) {
        return heading.toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }

    /** In lines that are no longer than the columns there are. */
    private static String wrapped(String paragraph) {
        return paragraph.replaceAll("(.{1,120})(?: |$)", "$1\n");
    }
}
