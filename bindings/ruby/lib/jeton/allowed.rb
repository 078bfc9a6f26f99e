# frozen_string_literal: true

# What an actor may do.
module Jeton
  # Whether an allow block lets an actor in, by Datasette's rules; one that says nothing sensible allows nobody.
  #
  # @param actor [Hash, nil]
  # @param allow what JSON can say
  # @return [Boolean]
  def self.allowed?(actor, allow)
    allowed_json?(Native.json(actor, "actor"), Native.json(allow, "allow"))
  end

  # The same from JSON texts.
  def self.allowed_json?(actor, allow)
    actor = Native.text(actor, "actor")
    allow = Native.text(allow, "allow")
    Native.flag do |allowed, error|
      Native.jeton_allowed(actor, actor.bytesize, allow, allow.bytesize, allowed, error)
    end
  end

  # Whether the restrictions of a token's actor leave an action, by Datasette's rules.
  #
  # @param actor [Hash, nil]
  # @param action [String]
  # @param resource [Array<String>] nothing, or a database, or a database and a table
  # @return [Boolean]
  def self.allowed_action?(actor, action, resource = [])
    allowed_action_json?(Native.json(actor, "actor"), action, Native.json(resource, "resource"))
  end

  # The same from JSON texts of actor and resource.
  def self.allowed_action_json?(actor, action, resource)
    actor = Native.text(actor, "actor")
    action = Native.text(action, "action")
    resource = Native.text(resource, "resource")
    Native.flag do |allowed, error|
      Native.jeton_allowed_action(actor, actor.bytesize, action, action.bytesize, resource, resource.bytesize, allowed, error)
    end
  end
end
