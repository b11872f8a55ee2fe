/** What CodeB's results look like as JSON. */
module io.codeb.json {
    requires transitive io.codeb;
    requires static transitive io.codeb.deploy;
    requires transitive org.jspecify; // schemas are told by its annotations

    exports io.codeb.json;
}
