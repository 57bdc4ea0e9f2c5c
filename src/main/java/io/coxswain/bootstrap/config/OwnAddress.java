package io.coxswain.bootstrap.config;

import java.net.Inet4Address;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Comparator;

/** This machine's address, for those who set none. */
final class OwnAddress {
    private OwnAddress() {}

    /** The first IPv4 address of the lowest-numbered interface that is up; the loopback address on a machine without a network. */
    static String first() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(OwnAddress::isUsable)
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLinkLocalAddress())
                    .map(java.net.InetAddress::getHostAddress)
                    .findFirst()
                    .orElse("127.0.0.1");
        } catch (SocketException e) {
            throw new InvalidSettingException(
                    "coxswain.api.advertise-address is not set and this machine's addresses cannot be read: "
                            + e.getMessage());
        }
    }

    private static boolean isUsable(NetworkInterface network) {
        try {
            return network.isUp() && !network.isLoopback();
        } catch (SocketException gone) {
            return false;
        }
    }
}
