package io.codeb.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.OptionalDouble;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

class ChartTest {
    private static final List<Result> RESULTS = List.of(
            new Result("CodeB", false, List.of(5.0), 0, 0, ""),
            new Result("pg_dump | gzip > \"x\" & <y>", true, List.of(10.0, 9.0, 12.0), 0, 0, ""),
            new Result("broken", true, List.of(), 0, 0, "it ended with 1"));

    private static NodeList elements(String svg, String name) throws Exception {
        return DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg.getBytes(StandardCharsets.UTF_8)))
                .getElementsByTagName(name);
    }

    private static String bar(String svg, String kind) throws Exception {
        NodeList bars = elements(svg, "rect");
        for (int i = 0; i < bars.getLength(); i++) {
            Element bar = (Element) bars.item(i);
            if (bar.getAttribute("class").equals(kind)) {
                return bar.getAttribute("width");
            }
        }
        throw new AssertionError("no bar of " + kind);
    }

    @Test
    void barsAreAsLongAsTheMedianBesideTheLongestRound() throws Exception {
        String svg = new Chart("Backup", OptionalDouble.empty()).of(RESULTS);

        assertThat(bar(svg, "ours")).isEqualTo("200.0");
        assertThat(bar(svg, "rival")).isEqualTo("400.0");
    }

    @Test
    void whoFailedHasNoBar() throws Exception {
        String svg = new Chart("Backup", OptionalDouble.empty()).of(RESULTS);

        assertThat(elements(svg, "rect").getLength()).isEqualTo(3);
        assertThat(svg).doesNotContain("broken");
    }

    @Test
    void theFloorIsALineOfItsOwn() {
        assertThat(new Chart("Backup", OptionalDouble.of(3)).of(RESULTS)).contains("<line class=\"floor\"");
        assertThat(new Chart("Backup", OptionalDouble.empty()).of(RESULTS)).doesNotContain("<line class=\"floor\"");
    }

    @Test
    void namesAreTextAndNoMarkup() throws Exception {
        NodeList texts = elements(new Chart("a < b", OptionalDouble.empty()).of(RESULTS), "text");

        assertThat(texts.item(0).getTextContent()).isEqualTo("a < b");
        assertThat(texts.item(3).getTextContent()).isEqualTo("pg_dump | gzip > \"x\" & <y>");
    }
}
