#!/usr/bin/env python3
"""What OpenUSD takes to open a layer and a stage: the same line as bench_usd_open prints. Needs the package usd-core."""
import json
import os
import sys
import time

from pxr import Sdf, Usd


def clock():
    return time.process_time(), time.perf_counter()


def peak():
    """The largest resident set of this program alone, KiB; getrusage's is that of who started it, if that was larger."""
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith("VmHWM:"))


def forget_peak():
    """From here on peak() begins anew (proc(5), clear_refs)."""
    with open("/proc/self/clear_refs", "w") as refs:
        refs.write("5")


warm = Usd.Stage.Open(sys.argv[1])  # schemas and plug-ins are no part of opening a file
forget_peak()
memory = peak()
begin = clock()
layer = Sdf.Layer.FindOrOpen(sys.argv[2])
opened = clock()
stage = Usd.Stage.Open(layer)
populated = clock()
used = peak() - memory
prims = 0
predicate = Usd.TraverseInstanceProxies(Usd.PrimDefaultPredicate)
at = clock()
for _ in Usd.PrimRange(stage.GetPseudoRoot(), predicate):
    prims += 1
traversed = clock()
for _ in range(prims):
    pass
empty = clock()
print(json.dumps({"layer_cpu": opened[0] - begin[0], "layer_wall": opened[1] - begin[1], "cpu": populated[0] - begin[0],
                  "wall": populated[1] - begin[1], "memory_kib": used, "prims": prims - 1,
                  "traverse_cpu": max(0.0, (traversed[0] - at[0]) - (empty[0] - traversed[0])), "errors": 0,
                  "version": ".".join(map(str, Usd.GetVersion()[1:]))}), flush=True)
os._exit(0)
