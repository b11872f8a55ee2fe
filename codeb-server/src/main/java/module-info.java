/** The HTTP API of CodeB. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer keeps its names in manifests
module io.codeb.server {
    requires transitive io.codeb;
    requires static transitive io.codeb.deploy;
    requires static transitive io.codeb.micrometer;
    requires static transitive micrometer.registry.prometheus;
    requires io.codeb.json;
    requires com.fasterxml.jackson.databind;
    requires com.fasterxml.jackson.datatype.jsr310;
    requires org.eclipse.jetty.http;
    requires org.eclipse.jetty.io;
    requires org.eclipse.jetty.server;
    requires org.eclipse.jetty.util;
    requires org.slf4j;

    exports io.codeb.server;

    // Jackson makes and reads the records that are bodies and files.
    opens io.codeb.server.internal.api to
            com.fasterxml.jackson.databind;
    opens io.codeb.server.internal.auth to
            com.fasterxml.jackson.databind;
    opens io.codeb.server.internal.http to
            com.fasterxml.jackson.databind;
    opens io.codeb.server.internal.operations to
            com.fasterxml.jackson.databind;
}
