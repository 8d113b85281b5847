using Microsoft.Data.Sqlite;
using MLOps.Testing;
using MLOps.Tracking.Storage;

namespace MLOps.Tracking.Tests.Storage;

/// <summary>SQLite's log as the platform writes it: gathered, synced, moved into the database beside the commits.</summary>
public class SqliteLogTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    /// <summary>What a commit acknowledged is in the files for everybody: another program, and one that starts after this one died.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Write_Acknowledged_IsInTheFiles(int seed)
    {
        var random = new Random(seed);
        await using var store = new OpenStore();
        await CreateTableAsync(store.Database);
        await using var other = await PlainAsync(store.Path);
        var expected = new Dictionary<long, long>();
        for (var i = 0; i < 60; i++)
        {
            // From one page to several MiB, more than is gathered at once, and rows that change again in their transaction.
            var rows = Enumerable.Range(0, random.Next(1, 20)).Select(_ => (Id: (long)random.Next(200), Size: (long)random.Next(1, 1 << random.Next(4, 20)))).ToList();
            await store.Database.WriteAsync(
                session =>
                {
                    foreach (var (id, size) in rows)
                    {
                        session.Execute("INSERT INTO blobs VALUES ($0, randomblob($1)) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes", id, size);
                    }
                },
                Cancelled);
            foreach (var (id, size) in rows)
            {
                expected[id] = size;
            }

            Assert.Equal(expected, await SizesAsync(other));
            if (i % 10 == 9)
            {
                using var copy = new TemporaryFolder();
                File.Copy(store.Path, copy.Combine("mlflow.db"));
                File.Copy(store.Path + "-wal", copy.Combine("mlflow.db-wal"));
                await using var survivor = await PlainAsync(copy.Combine("mlflow.db"));
                Assert.Equal(expected, await SizesAsync(survivor));
                Assert.Equal("ok", await ScalarAsync(survivor, "PRAGMA integrity_check"));
            }
        }
    }

    [Fact]
    public async Task Write_ThatThrowsAfterMuchWasWritten_LeavesTheFilesWhole()
    {
        await using var store = new OpenStore();
        await CreateTableAsync(store.Database);
        await store.Database.WriteAsync(session => session.Execute("INSERT INTO blobs VALUES (1, randomblob(100))"), Cancelled);

        // More than the page cache holds: SQLite writes to its log before it knows how the transaction ends.
        await Assert.ThrowsAsync<InvalidOperationException>(() => store.Database.WriteAsync<bool>(
            session =>
            {
                for (var i = 2; i < 100; i++)
                {
                    session.Execute("INSERT INTO blobs VALUES ($0, randomblob(1000000))", (long)i);
                }

                session.Execute("UPDATE blobs SET bytes = randomblob(900000) WHERE id > 1");
                throw new InvalidOperationException("half way");
            },
            Cancelled));
        await store.Database.WriteAsync(session => session.Execute("INSERT INTO blobs VALUES (2, randomblob(50))"), Cancelled);

        await using var other = await PlainAsync(store.Path);
        Assert.Equal(new Dictionary<long, long> { [1] = 100, [2] = 50 }, await SizesAsync(other));
        Assert.Equal("ok", await ScalarAsync(other, "PRAGMA integrity_check"));
    }

    /// <summary>Commits without a pause: the log starts over all the same.</summary>
    [Fact]
    public async Task Write_WithoutEnd_KeepsTheLogShort()
    {
        await using var store = new OpenStore();
        await CreateTableAsync(store.Database);
        for (var i = 0; i < 250; i++)
        {
            await store.Database.WriteAsync(session => session.Execute("INSERT INTO blobs VALUES (1, randomblob(1000000)) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes"), Cancelled);
        }

        Assert.InRange(new FileInfo(store.Path + "-wal").Length, 1, 80 << 20);
        await store.Database.DisposeAsync();
        Assert.False(File.Exists(store.Path + "-wal"), "The last one to close moves what is left.");
    }

    [Fact]
    public void Name_OnLinux_IsOurs() => Assert.Equal(OperatingSystem.IsLinux() ? "mlops-wal" : null, SqliteWalFile.Name);

    private static Task<int> CreateTableAsync(SqlDatabase database) =>
        database.WriteAsync(session => session.Execute("CREATE TABLE blobs (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL)"), Cancelled);

    private static async Task<SqliteConnection> PlainAsync(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False;Default Timeout=30");
        await connection.OpenAsync(Cancelled);
        return connection;
    }

    private static async Task<Dictionary<long, long>> SizesAsync(SqliteConnection connection)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, length(bytes) FROM blobs";
        await using var reader = await command.ExecuteReaderAsync(Cancelled);
        var sizes = new Dictionary<long, long>();
        while (await reader.ReadAsync(Cancelled))
        {
            sizes.Add(reader.GetInt64(0), reader.GetInt64(1));
        }

        return sizes;
    }

    private static async Task<object?> ScalarAsync(SqliteConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Constants.
        command.CommandText = sql;
#pragma warning restore CA2100
        return await command.ExecuteScalarAsync(Cancelled);
    }
}
