using System.Data.Common;

namespace MLOps.Tracking.Storage;

/// <summary>Statements that go to the server in one message, and are committed there when the last of them has run: all of them, or none.</summary>
/// <param name="session">Outside a transaction.</param>
internal sealed class SqlBatch(SqlSession session, DbBatch batch)
{
    /// <summary>Adds a statement whose rows, if it has any, nobody wants. A rule that must hold is one that divides by zero when it does not.</summary>
    public void Add(string sql, params ReadOnlySpan<object> arguments)
    {
        var command = batch.CreateBatchCommand();
#pragma warning disable CA2100 // Statements are constants: every value is bound.
        command.CommandText = session.Text(sql);
#pragma warning restore CA2100
        for (var i = 0; i < arguments.Length; i++)
        {
            var parameter = session.Dialect.Parameter(i);
            parameter.Value = arguments[i];
            command.Parameters.Add(parameter);
        }

        batch.BatchCommands.Add(command);
    }

    /// <summary>Runs and commits.</summary>
    /// <exception cref="DbException">The server refused a statement and has undone all of them; or, when the session is no longer open, nobody knows.</exception>
    public void Commit()
    {
        if (batch.BatchCommands.Count > 0)
        {
            session.Count(batch.ExecuteNonQuery());
        }
    }
}
