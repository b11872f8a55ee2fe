package io.codeb.server.internal.reference;

import io.codeb.server.internal.reference.ApiReference.Content;
import io.codeb.server.internal.reference.ApiReference.Field;
import io.codeb.server.internal.reference.ApiReference.Operation;
import io.codeb.server.internal.reference.ApiReference.Parameter;
import io.codeb.server.internal.reference.ApiReference.Shape;
import io.codeb.server.internal.reference.ApiReference.ValueType;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * The reference as one page: no script, nothing asked for, and no style but its own, which its policy names by digest.
 *
 * @param html the page
 * @param policy its Content-Security-Policy
 */
public record ReferencePage(String html, String policy) {
    private static final String STYLE = """
            :root {
              color-scheme: light dark;
              font: 16px/1.5 system-ui, sans-serif;
              background: light-dark(#ffffff, #101418);
              color: light-dark(#1a2229, #e6eaee);
            }
            a {
              color: light-dark(#0f766e, #3cc4b4);
            }
            body {
              margin: 0 auto;
              max-width: 64rem;
              padding: 1rem 1.25rem 4rem;
              overflow-wrap: break-word;
            }
            h1, h2 {
              line-height: 1.25;
            }
            h3 {
              margin: 2.5rem 0 0.5rem;
              font: 600 1rem/1.5 ui-monospace, monospace;
            }
            code {
              font: 0.9em/1.5 ui-monospace, monospace;
              overflow-wrap: anywhere;
            }
            .scroll {
              overflow-x: auto;
            }
            table {
              border-collapse: collapse;
              width: 100%;
              min-width: 30rem;
              margin: 0.75rem 0;
            }
            th, td {
              text-align: left;
              vertical-align: top;
              padding: 0.35rem 0.9rem 0.35rem 0;
              border-bottom: 1px solid light-dark(#d0d7de, #3a434d);
            }
            """;

    /**
     * Makes the page.
     *
     * @param reference what it says
     * @return the page and its policy
     */
    public static ReferencePage of(ApiReference reference) {
        StringBuilder html = new StringBuilder();
        html.append("""
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <title>API reference · CodeB</title>
                <style>%s</style>
                </head>
                <body>
                <nav aria-label="CodeB"><a href="../">CodeB</a></nav>
                <main>
                <h1>API reference</h1>
                <p>Made by this server of the list that requests are held against;
                <a href="openapi.json">as OpenAPI 3.1</a> it is for programs. A token goes into the header
                <code>Authorization: Bearer …</code>. What goes wrong is answered as
                <code>application/problem+json</code>: a <a href="#record-Problem">Problem</a>. Times are those of
                RFC 3339. What is not needed may be left out.</p>
                """.formatted(STYLE));
        contents(html, reference.operations());
        html.append("<h2>Operations</h2>\n");
        reference.operations().forEach(operation -> operation(html, operation));
        html.append("<h2>Records</h2>\n");
        reference.records().forEach(shape -> shape(html, shape));
        html.append("</main>\n</body>\n</html>\n");
        return new ReferencePage(
                html.toString(),
                "default-src 'none'; style-src 'sha256-" + digest(STYLE) + "'; form-action 'none'; base-uri 'none'; "
                        + "frame-ancestors 'none'");
    }

    private static void contents(StringBuilder html, List<Operation> operations) {
        html.append("<h2 id=\"contents\">Contents</h2>\n");
        table(html, "contents", "path", "what it does", "who may");
        for (Operation each : operations) {
            row(
                    html,
                    "<a href=\"#" + escaped(each.id()) + "\"><code>" + escaped(each.method() + " " + each.path())
                            + "</code></a>",
                    escaped(each.summary()),
                    escaped(each.who()));
        }
        end(html);
    }

    private static void operation(StringBuilder html, Operation operation) {
        html.append("<section aria-labelledby=\"")
                .append(escaped(operation.id()))
                .append("\">\n<h3 id=\"")
                .append(escaped(operation.id()))
                .append("\">")
                .append(escaped(operation.method() + " " + operation.path()))
                .append("</h3>\n<p>")
                .append(escaped(operation.summary() + " For: " + operation.who() + "."))
                .append("</p>\n");
        if (!operation.parameters().isEmpty()) {
            table(html, operation.id(), "parameter", "where", "what it is", "meaning");
            for (Parameter each : operation.parameters()) {
                row(
                        html,
                        "<code>" + escaped(each.name()) + "</code>",
                        escaped(each.place()),
                        type(each.type()),
                        escaped(each.meaning()));
            }
            end(html);
        }
        operation.body().ifPresent(body -> html.append("<p>Body: ")
                .append(content(body))
                .append("</p>\n"));
        html.append("<p>Answer: <code>")
                .append(escaped(operation.answer().status()))
                .append("</code>")
                .append(operation
                        .answer()
                        .content()
                        .map(each -> ", " + content(each))
                        .orElse(""))
                .append("</p>\n</section>\n");
    }

    private static void shape(StringBuilder html, Shape shape) {
        String id = "record-" + escaped(shape.name());
        html.append("<section aria-labelledby=\"").append(id).append("\">\n<h3 id=\"");
        html.append(id).append("\">").append(escaped(shape.name())).append("</h3>\n");
        table(html, id, "field", "what it is", "needed");
        for (Field each : shape.fields()) {
            row(
                    html,
                    "<code>" + escaped(each.name()) + "</code>",
                    type(each.type()) + (each.nullable() ? ", or null" : ""),
                    each.needed() ? "yes" : "no");
        }
        end(html);
        html.append("</section>\n");
    }

    private static String content(Content content) {
        return "<code>" + escaped(content.media()) + "</code>"
                + content.record().map(name -> ": " + link(name)).orElse("");
    }

    private static String type(ValueType type) {
        Optional<String> record = type.record().map(ReferencePage::link);
        return record.isEmpty()
                ? escaped(type.words())
                : escaped(type.words()) + (type.words().isEmpty() ? "" : " ") + record.get();
    }

    private static String link(String record) {
        return "<a href=\"#record-" + escaped(record) + "\">" + escaped(record) + "</a>";
    }

    /** One that scrolls by itself, also by the keyboard, and is named by a heading. */
    private static void table(StringBuilder html, String headingId, String... heads) {
        html.append("<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-labelledby=\"")
                .append(escaped(headingId))
                .append("\">\n<table>\n<thead><tr>");
        for (String head : heads) {
            html.append("<th scope=\"col\">").append(escaped(head)).append("</th>");
        }
        html.append("</tr></thead>\n<tbody>\n");
    }

    private static void row(StringBuilder html, String... cells) {
        html.append("<tr>");
        for (String cell : cells) {
            html.append("<td>").append(cell).append("</td>");
        }
        html.append("</tr>\n");
    }

    private static void end(StringBuilder html) {
        html.append("</tbody>\n</table>\n</div>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String digest(String style) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
