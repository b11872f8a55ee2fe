package io.codeb.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.codeb.server.Office.Said;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the description says is what is answered. */
class OpenApiTest {
    @TempDir
    Path directory;

    private Office office;
    private String all;
    private JsonNode document;

    @BeforeEach
    void open() {
        office = new Office(directory);
        all = office.token(Role.ADMINISTER, "*");
        document = office.get("/api/openapi.json", "").json();
    }

    @AfterEach
    void close() {
        office.close();
    }

    @Test
    void eachReferenceLeadsSomewhere() {
        assertThat(document.get("openapi").asText()).isEqualTo("3.1.0");
        assertThat(new TreeSet<>(document.findValuesAsText("$ref")))
                .hasSizeGreaterThan(20)
                .allSatisfy(reference -> assertThat(
                                document.at(reference.substring(1)).isObject())
                        .as(reference)
                        .isTrue());
    }

    @Test
    void eachOperationHasANameOfItsOwn() {
        List<String> names = document.findValuesAsText("operationId");

        assertThat(names).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    }

    private void hold(String method, String path, Said said) {
        JsonNode responses = document.get("paths")
                .get(path)
                .get(method.toLowerCase(Locale.ROOT))
                .get("responses");
        JsonNode response = responses.has(Integer.toString(said.status()))
                ? responses.get(Integer.toString(said.status()))
                : responses.get("default");
        String type = said.response().headers().firstValue("Content-Type").orElse("");
        JsonNode schema = response.get("content").get(type).get("schema");
        String whole = "{\"$ref\": \"" + schema.get("$ref").asText() + "\", \"components\": "
                + document.get("components") + "}";
        Schema read = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(whole);

        assertThat(read.validate(said.json().toString(), InputFormat.JSON))
                .as(said.json().toString())
                .isEmpty();
    }

    @Test
    void whatIsAnsweredIsOfItsSchema() {
        String project = "/api/projects/{name}";
        String backup = project + "/backups/{id}";
        String id = office.backUp(all);
        hold("GET", "/api/health/live", office.get("/api/health/live", ""));
        hold("GET", "/api/health/ready", office.get("/api/health/ready", ""));
        hold("GET", "/api/session", office.get("/api/session", all));
        hold("GET", "/api/projects", office.get("/api/projects", all));
        hold("GET", project, office.get("/api/projects/shop", all));
        hold("GET", project + "/tables", office.get("/api/projects/shop/tables", all));
        hold("GET", project + "/databases", office.get("/api/projects/shop/databases", all));
        hold("GET", project + "/schedule", office.get("/api/projects/shop/schedule", all));
        hold("GET", project + "/retention", office.get("/api/projects/shop/retention", all));
        hold("GET", project + "/checks", office.get("/api/projects/shop/checks", all));
        hold("POST", project + "/query", office.post("/api/projects/shop/query", all, "{\"sql\": \"a\"}"));
        hold("GET", project + "/backups", office.get("/api/projects/shop/backups", all));
        hold("GET", backup, office.get("/api/projects/shop/backups/" + id, all));
        Said begun = office.post("/api/projects/shop/backups", all, "");
        hold("POST", project + "/backups", begun);
        hold("GET", "/api/operations/{id}", office.ended(begun, all));
        hold("GET", "/api/alerts", office.get("/api/alerts", all));
        hold("POST", "/api/alerts/test", office.post("/api/alerts/test", all, ""));
        hold("GET", "/api/alerts", office.get("/api/alerts", all));
        hold("GET", "/api/operations", office.get("/api/operations", all));
        hold("POST", backup + "/verify", office.post("/api/projects/shop/backups/" + id + "/verify", all, ""));
        hold("POST", project + "/drills", office.post("/api/projects/shop/drills", all, ""));
        String wish = "{\"backup\": \"" + id + "\", \"into\": \"copy\"}";
        hold("POST", project + "/restores/check", office.post("/api/projects/shop/restores/check", all, wish));
        hold("POST", project + "/restores", office.post("/api/projects/shop/restores", all, wish));
        hold("GET", backup, office.get("/api/projects/shop/backups/nothing", all));
        hold("POST", project + "/query", office.post("/api/projects/shop/query", "", "{}"));
    }
}
