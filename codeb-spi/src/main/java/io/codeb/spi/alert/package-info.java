/** What alerts are, and who carries them to people. */
@NullMarked
package io.codeb.spi.alert;

import org.jspecify.annotations.NullMarked;
