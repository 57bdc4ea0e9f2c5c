#!/bin/sh
echo "Content-type: text/plain"
echo
echo "application-x $VERSION on $(busybox hostname)"
