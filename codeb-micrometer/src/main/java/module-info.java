/** Metrics of backups for Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer keeps its name in its manifest
module io.codeb.micrometer {
    requires transitive io.codeb;
    requires transitive micrometer.core;
    requires static transitive org.jspecify;

    exports io.codeb.micrometer;
}
