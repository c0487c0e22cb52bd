"""The real program, killed while customers write: `./hearback bench kill --times 50` does it longer."""

from bench.kill import killed


def test_sigkill_of_the_real_program_loses_nothing_and_posts_nothing_twice() -> None:
    toll = killed(2, seed=3, a_second=8, told=False)

    assert toll.accepted > 0
    assert toll.nothing, str(toll)
