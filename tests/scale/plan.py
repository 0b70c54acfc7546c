#!/usr/bin/env python3
"""A plan for a large sweep, checked by a simulation of its schedule.

usage: plan.py [--runs N] [--rate R] [--cores C] [--node-cores K] [--shards S] [--mtbf HOURS]
               [--spread X] [--commit SECONDS] [--start SECONDS] [--requeue SECONDS] [--seed N]

Shards are handed out in order, one a core, to nodes that fail at random (one failure in HOURS of a node's
time). A task that is lost is requeued at the end and goes on where its database was committed last. A
shard's speed is drawn from 1/X to X times the rate: points of a grid are not alike. Prints what the plain
division says, and what the schedule comes to.
"""
import argparse
import heapq
import random

ROW_BYTES = 32  # of a run with one answer, in SQLite: docs/scale.md


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=float, default=1e9)
    parser.add_argument("--rate", type=float, default=22000.0, help="runs a second of a core")
    parser.add_argument("--cores", type=int, default=256)
    parser.add_argument("--node-cores", type=int, default=32)
    parser.add_argument("--shards", type=int, default=2560)
    parser.add_argument("--mtbf", type=float, default=1000.0, help="hours of a node between failures")
    parser.add_argument("--spread", type=float, default=2.0)
    parser.add_argument("--commit", type=float, default=0.5)
    parser.add_argument("--start", type=float, default=2.0, help="seconds until a task runs")
    parser.add_argument("--requeue", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


class Schedule:
    """Events are the ends of tasks; failures of a node strike the task that would outlast them."""

    def __init__(self, plan):
        self.plan = plan
        self.random = random.Random(plan.seed)
        per_shard = plan.runs / plan.shards
        low, high = 1 / plan.spread, plan.spread
        self.left = [per_shard] * plan.shards
        self.speed = [plan.rate * low * (high / low) ** self.random.random() for _ in range(plan.shards)]
        self.waiting = [(0.0, shard) for shard in range(plan.shards)]  # when it may begin
        heapq.heapify(self.waiting)
        self.cores = [(0.0, core) for core in range(plan.cores)]  # when it is free
        heapq.heapify(self.cores)
        nodes = -(-plan.cores // plan.node_cores)
        self.fails = [self.next_failure(0.0) for _ in range(nodes)]
        self.failures = self.requeued = 0
        self.again = self.busy = self.end = 0.0

    def next_failure(self, now):
        return now + self.random.expovariate(1 / (self.plan.mtbf * 3600))

    def run(self):
        plan = self.plan
        while self.waiting:
            may_begin, shard = heapq.heappop(self.waiting)
            free, core = heapq.heappop(self.cores)
            node = core // plan.node_cores
            begin = max(may_begin, free)
            while self.fails[node] <= begin:  # nobody noticed: it was down and is up again
                self.fails[node] = self.next_failure(self.fails[node])
            work = begin + plan.start
            end = work + self.left[shard] / self.speed[shard]
            fails = self.fails[node]
            if fails < end:
                self.failures += 1
                committed = max(0.0, (fails - work) // plan.commit * plan.commit)
                self.left[shard] -= committed * self.speed[shard]
                self.again += max(0.0, fails - work - committed)
                self.requeued += 1
                heapq.heappush(self.waiting, (fails + plan.requeue, shard))
                heapq.heappush(self.cores, (fails + plan.requeue, core))
                self.busy += fails - begin
            else:
                self.busy += end - begin
                self.end = max(self.end, end)
                heapq.heappush(self.cores, (end, core))


def duration(seconds):
    return f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min" if seconds < 36000 else f"{seconds / 3600:.1f} h"


def main():
    plan = arguments()
    schedule = Schedule(plan)
    schedule.run()
    ideal = sum(left_at_first / speed for left_at_first, speed in
                ((plan.runs / plan.shards, speed) for speed in schedule.speed)) / plan.cores
    print(f"runs {plan.runs:,.0f}, {plan.shards} shards of {plan.runs / plan.shards:,.0f}, {plan.cores} cores")
    print(f"plain division: {duration(ideal)}")
    print(f"the schedule:   {duration(schedule.end)}, cores busy {100 * schedule.busy / (schedule.end * plan.cores):.0f} %")
    print(f"tasks lost: {schedule.requeued}, work made again: {schedule.again:.1f} s of a core")
    print(f"results: {plan.runs * ROW_BYTES / 1e9:.1f} GB, a shard {plan.runs / plan.shards * ROW_BYTES / 1e6:.1f} MB")


main()
