"""Ask a server for one page from several connections for a while, and count. Runs as a process of its own."""

import http.client
import json
import sys
import threading
import time

THREADS = 4


def ask(port: int, host: str, path: str, until: float, times: list[float], errors: list[str]) -> None:
    """Ask over one kept-alive connection until the time is up."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    while time.perf_counter() < until:
        started = time.perf_counter()
        connection.request("GET", path, headers={"Host": host})
        response = connection.getresponse()
        response.read()
        times.append(time.perf_counter() - started)
        if response.status != 200:
            errors.append(f"{path} answered {response.status}")
            return


def main() -> None:
    """Arguments: port, host, path, seconds. Prints JSON: requests per second, median and p95 in milliseconds."""
    port, host, path, seconds = int(sys.argv[1]), sys.argv[2], sys.argv[3], float(sys.argv[4])
    times: list[float] = []
    errors: list[str] = []
    began = time.perf_counter()
    threads = [
        threading.Thread(target=ask, args=(port, host, path, began + seconds, times, errors)) for _ in range(THREADS)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        sys.exit(errors[0])
    times.sort()
    print(
        json.dumps(
            {
                "per_second": len(times) / (time.perf_counter() - began),
                "median_ms": 1000 * times[len(times) // 2],
                "p95_ms": 1000 * times[int(len(times) * 0.95)],
            }
        )
    )


if __name__ == "__main__":
    main()
