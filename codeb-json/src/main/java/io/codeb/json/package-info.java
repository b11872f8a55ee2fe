/** What CodeB's results look like as JSON: records that the command line and the HTTP server answer alike. */
@NullMarked
package io.codeb.json;

import org.jspecify.annotations.NullMarked;
