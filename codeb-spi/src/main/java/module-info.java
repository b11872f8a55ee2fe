/** What extensions of CodeB see: values, errors, events, and the interfaces that they implement. */
module io.codeb.spi {
    requires static transitive org.jspecify;
    requires org.slf4j;

    exports io.codeb.error;
    exports io.codeb.event;
    exports io.codeb.model;
    exports io.codeb.spi.alert;
    exports io.codeb.spi.codec;
    exports io.codeb.spi.engine;
    exports io.codeb.spi.io;
    exports io.codeb.spi.net;
    exports io.codeb.spi.provider;
    exports io.codeb.spi.runtime;
    exports io.codeb.spi.storage;
    exports io.codeb.spi.tool;
}
