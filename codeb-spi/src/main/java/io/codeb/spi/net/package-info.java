/** Who may be spoken to over a network, where somebody else has said to whom. */
@NullMarked
package io.codeb.spi.net;

import org.jspecify.annotations.NullMarked;
