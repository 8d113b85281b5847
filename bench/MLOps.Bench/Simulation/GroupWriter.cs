namespace MLOps.Bench.Simulation;

/// <summary>The one writer of a silo: what waits goes into one transaction, and the next begins when that is durable. It is why many small writes are cheap, and why spreading them over silos makes them dearer.</summary>
/// <param name="transaction">Seconds of the database's processor for a transaction without rows.</param>
/// <param name="row">Seconds of it for a row.</param>
/// <param name="own">Seconds of the silo's processor for a transaction.</param>
internal sealed class GroupWriter(Process silo, Process database, Disk disk, double transaction, double row, double own)
{
    private List<Action> _waiting = [];
    private bool _busy;

    public long Rows { get; private set; }

    public long Commits { get; private set; }

    /// <summary>Forgets what was written so far.</summary>
    public void Restart() => (Rows, Commits) = (0, 0);

    public void Write(Action done)
    {
        _waiting.Add(done);
        if (!_busy)
        {
            Commit();
        }
    }

    private void Commit()
    {
        _busy = true;
        List<Action> batch = [];
        double Take()
        {
            (batch, _waiting) = (_waiting, []);
            Rows += batch.Count;
            Commits++;
            return own;
        }

        silo.Run(Take, () => database.Run(() => transaction + (row * batch.Count), () => disk.Flush(() =>
        {
            _busy = false;
            if (_waiting.Count > 0)
            {
                Commit();
            }

            foreach (var done in batch)
            {
                done();
            }
        })));
    }
}
