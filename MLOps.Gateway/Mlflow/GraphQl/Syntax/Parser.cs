namespace MLOps.Gateway.Mlflow.GraphQl.Syntax;

/// <summary>Reads the executable part of GraphQL (specification of October 2021, section 2): operations and fragments.</summary>
internal sealed class Parser
{
    private readonly string _text;
    private readonly Lexer _lexer;
    private Token _token;
    private int _selections;

    private Parser(string text)
    {
        _text = text;
        _lexer = new Lexer(text);
        _token = _lexer.Next();
    }

    /// <exception cref="SyntaxException">No GraphQL.</exception>
    /// <exception cref="GraphQlException">Deeper, or with more fields, than a query may be.</exception>
    public static Document Parse(string text) => new Parser(text).ReadDocument();

    private Document ReadDocument()
    {
        var operations = new List<Operation>();
        var fragments = new List<Fragment>();
        do
        {
            if (_token.Is("{"))
            {
                operations.Add(new Operation(OperationKind.Query, null, [], [], ReadSelections(1)));
                continue;
            }

            switch (_token)
            {
                case { Kind: TokenKind.Name, Text: "fragment" }:
                    fragments.Add(ReadFragment());
                    break;
                case { Kind: TokenKind.Name, Text: "query" or "mutation" or "subscription" }:
                    operations.Add(ReadOperation());
                    break;
                default:
                    throw Unexpected();
            }
        }
        while (_token.Kind != TokenKind.End);
        return new Document(operations, fragments);
    }

    private Operation ReadOperation()
    {
        var kind = Advance().Text switch
        {
            "query" => OperationKind.Query,
            "mutation" => OperationKind.Mutation,
            _ => OperationKind.Subscription,
        };
        var name = _token.Kind == TokenKind.Name ? Advance().Text : null;
        var variables = Optional("(", ")", ReadVariable);
        return new Operation(kind, name, variables, ReadDirectives(constant: false), ReadSelections(1));
    }

    private Fragment ReadFragment()
    {
        Advance();
        var name = _token.Text == "on" ? throw Unexpected() : ReadName();
        ExpectKeyword("on");
        return new Fragment(name, ReadName(), ReadDirectives(constant: false), ReadSelections(1));
    }

    private VariableDefinition ReadVariable()
    {
        Expect("$");
        var name = ReadName();
        Expect(":");
        var type = ReadType(1);
        return new VariableDefinition(name, type, Skip("=") ? ReadLiteral(constant: true, 1) : null, ReadDirectives(constant: true));
    }

    private TypeReference ReadType(int depth)
    {
        CheckNesting(depth);
        string? name = null;
        TypeReference? item = null;
        if (Skip("["))
        {
            item = ReadType(depth + 1);
            Expect("]");
        }
        else
        {
            name = ReadName();
        }

        return new TypeReference(name, item, Skip("!"));
    }

    private List<Selection> ReadSelections(int depth)
    {
        if (depth > GraphQlLimits.Depth)
        {
            throw new GraphQlException($"Query exceeds maximum depth of {GraphQlLimits.Depth}");
        }

        return Many("{", "}", () => ReadSelection(depth));
    }

    private Selection ReadSelection(int depth)
    {
        if (++_selections > GraphQlLimits.Selections)
        {
            throw new GraphQlException($"Query exceeds maximum total selections of {GraphQlLimits.Selections}");
        }

        if (Skip("..."))
        {
            return ReadSpread(depth);
        }

        var name = ReadName();
        string? alias = null;
        if (Skip(":"))
        {
            alias = name;
            name = ReadName();
        }

        var arguments = ReadArguments(constant: false);
        var directives = ReadDirectives(constant: false);
        return new FieldSelection(alias, name, arguments, directives, _token.Is("{") ? ReadSelections(depth + 1) : null);
    }

    /// <summary>An inline fragment is a level of its own to the parser, so that the levels of braces are bounded too.</summary>
    private Selection ReadSpread(int depth)
    {
        if (_token.Kind == TokenKind.Name && _token.Text != "on")
        {
            return new FragmentSpread(Advance().Text, ReadDirectives(constant: false));
        }

        string? type = null;
        if (_token.Kind == TokenKind.Name)
        {
            Advance();
            type = ReadName();
        }

        return new InlineFragment(type, ReadDirectives(constant: false), ReadSelections(depth + 1));
    }

    private List<Directive> ReadDirectives(bool constant)
    {
        var directives = new List<Directive>();
        while (Skip("@"))
        {
            directives.Add(new Directive(ReadName(), ReadArguments(constant)));
        }

        return directives;
    }

    private List<Argument> ReadArguments(bool constant) => Optional("(", ")", () => ReadArgument(constant, 1));

    private Argument ReadArgument(bool constant, int depth)
    {
        var name = ReadName();
        Expect(":");
        return new Argument(name, ReadLiteral(constant, depth));
    }

    private Literal ReadLiteral(bool constant, int depth)
    {
        CheckNesting(depth);
        if (_token.Is("[") || _token.Is("{"))
        {
            return Advance().Text == "["
                ? new ListLiteral(Until("]", () => ReadLiteral(constant, depth + 1)))
                : new ObjectLiteral(Until("}", () => ReadArgument(constant, depth + 1)));
        }

        if (!constant && Skip("$"))
        {
            return new VariableLiteral(ReadName());
        }

        Literal literal = _token.Kind switch
        {
            TokenKind.Int => new IntLiteral(_token.Text),
            TokenKind.Float => new FloatLiteral(_token.Text),
            TokenKind.String => new StringLiteral(_token.Text),
            TokenKind.Name => _token.Text switch
            {
                "true" => new BooleanLiteral(true),
                "false" => new BooleanLiteral(false),
                "null" => new NullLiteral(),
                var name => new EnumLiteral(name),
            },
            _ => throw Unexpected(),
        };
        Advance();
        return literal;
    }

    private List<T> Optional<T>(string open, string close, Func<T> read) => _token.Is(open) ? Many(open, close, read) : [];

    /// <summary>At least one, between two marks.</summary>
    private List<T> Many<T>(string open, string close, Func<T> read)
    {
        Expect(open);
        var items = new List<T> { read() };
        items.AddRange(Until(close, read));
        return items;
    }

    private List<T> Until<T>(string close, Func<T> read)
    {
        var items = new List<T>();
        while (!Skip(close))
        {
            items.Add(read());
        }

        return items;
    }

    private string ReadName() => _token.Kind == TokenKind.Name ? Advance().Text : throw Fault($"Expected Name, found {_token}");

    private void Expect(string punctuator)
    {
        if (!Skip(punctuator))
        {
            throw Fault($"Expected '{punctuator}', found {_token}");
        }
    }

    private void ExpectKeyword(string word)
    {
        if (_token.Kind != TokenKind.Name || _token.Text != word)
        {
            throw Fault($"Expected '{word}', found {_token}");
        }

        Advance();
    }

    private bool Skip(string punctuator)
    {
        if (!_token.Is(punctuator))
        {
            return false;
        }

        Advance();
        return true;
    }

    private Token Advance()
    {
        var token = _token;
        _token = _lexer.Next();
        return token;
    }

    private void CheckNesting(int depth)
    {
        if (depth > GraphQlLimits.Nesting)
        {
            throw Fault($"Lists and objects are nested more than {GraphQlLimits.Nesting} deep");
        }
    }

    private SyntaxException Unexpected() => Fault($"Unexpected {_token}");

    private SyntaxException Fault(string what) => SyntaxException.At(_text, _token.Position, what);
}
