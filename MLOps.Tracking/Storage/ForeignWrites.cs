using System.Data.Common;

namespace MLOps.Tracking.Storage;

/// <summary>Tells whether somebody else (a MLflow server on the same database) has written, so that what was read may be kept.
/// The writing session asks the database between its own transactions; nobody asks when nobody reads.</summary>
/// <param name="clock">For the age of the last look.</param>
internal sealed class ForeignWrites(TimeProvider clock)
{
    /// <summary>For this long a look is good: another program's write is seen after at most as long.</summary>
    private static readonly TimeSpan Trust = TimeSpan.FromMilliseconds(50);

    /// <summary>And a glance at the database for this long.</summary>
    private static readonly TimeSpan GlanceTrust = TimeSpan.FromMilliseconds(1);

    private readonly Lock _lock = new();
    private long _epoch;
    private long _lookedAt = long.MinValue;
    private long? _counter;
    private long _own;
    private bool _lost = true;
    private int _asked;
    private long _ownSteps;
    private Func<long>? _glance;
    private long? _glanced;
    private long _glancedSteps;
    private long _glancedAt = long.MinValue;

    /// <summary>Wakes the writing session.</summary>
    public Action LookSoon { get; set; } = () => { };

    /// <summary>Goes up when something was written by others, or by us in a way that touches more than one entity.</summary>
    public long Epoch => Volatile.Read(ref _epoch);

    /// <summary>Whether the last look is young enough to trust what was kept since; if not, the next one is asked for.</summary>
    public bool IsFresh
    {
        get
        {
            Glance();
            var lookedAt = Volatile.Read(ref _lookedAt);
            if (lookedAt != long.MinValue && clock.GetElapsedTime(lookedAt) < Trust)
            {
                return true;
            }

            if (Interlocked.Exchange(ref _asked, 1) == 0)
            {
                LookSoon();
            }

            return false;
        }
    }

    /// <summary>Forgets everything that was kept.</summary>
    public void Bump() => Interlocked.Increment(ref _epoch);

    /// <summary>On the writing session, outside a transaction: looks, when somebody asked for it.</summary>
    public void Look(SqlSession session)
    {
        if (Volatile.Read(ref _asked) == 0)
        {
            return;
        }

        var now = clock.GetTimestamp();
        var counter = (long)session.Scalar(session.Dialect.ChangeCounter)!;
        lock (_lock)
        {
            var expected = session.Dialect.CountsOwnTransactions ? _lost ? null : _counter + _own : _counter;
            if (counter != expected)
            {
                Bump();
            }

            _counter = counter;
            _own = 0;
            _lost = false;
        }

        Volatile.Write(ref _lookedAt, now);
        Volatile.Write(ref _asked, 0);
    }

    /// <summary>Where it is cheap (SQLite) readers look too: a number that moves with every commit, whoever's. While we write nothing ourselves, it tells of others at once.</summary>
    /// <param name="number">Asked for by one thread at a time; null: no more.</param>
    public void GlanceAt(Func<long>? number)
    {
        lock (_lock)
        {
            _glance = number;
        }
    }

    /// <summary>To be called before each transaction of our own, and after it however it ended: an odd number of steps means that one is under way.</summary>
    public void StepOwn() => Interlocked.Increment(ref _ownSteps);

    /// <summary>One transaction of our own, that took one number.</summary>
    public void CountOwn()
    {
        lock (_lock)
        {
            _own++;
        }
    }

    /// <summary>How many numbers our own transaction took is not known. Where they count, the next look finds everything changed.</summary>
    public void Lose()
    {
        lock (_lock)
        {
            _lost = true;
        }
    }

    /// <summary>The writing session is another one from now on.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _counter = null;
        }
    }

    private void Glance()
    {
        if (Volatile.Read(ref _glance) is null || IsRecent(Volatile.Read(ref _glancedAt)))
        {
            return;
        }

        lock (_lock)
        {
            if (_glance is not { } glance || IsRecent(_glancedAt))
            {
                return;
            }

            var now = clock.GetTimestamp();
            var steps = Volatile.Read(ref _ownSteps);
            try
            {
                var number = glance();

                // Moved by us, by others or by both: that the writing session's look will tell.
                var own = steps != _glancedSteps || steps % 2 != 0 || steps != Volatile.Read(ref _ownSteps);
                if (number != _glanced && !own)
                {
                    Bump();
                }

                _glanced = number;
                _glancedSteps = steps;
                Volatile.Write(ref _glancedAt, now);
            }
            catch (DbException)
            {
                // Nothing is known: the reader goes to the database, which says what is wrong with it.
                Bump();
            }
        }
    }

    private bool IsRecent(long glancedAt) => glancedAt != long.MinValue && clock.GetElapsedTime(glancedAt) < GlanceTrust;
}
